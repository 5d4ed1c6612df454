"""Ruby: `system`, backticks, FileUtils, File, Net::HTTP, eval, send, and what ActiveRecord drops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from enactd.effects.code import deeds
from enactd.effects.code import deeds_network as network
from enactd.effects.code import deeds_programs as programs
from enactd.effects.code import phrase_services as services
from enactd.effects.code.dialects import Dialect
from enactd.effects.invocation import Effects, Invocation
from enactd.effects.scripts import reads
from enactd.effects.values import Value

_RUBY: Final = Dialect(
    "ruby", interpolation="ruby", sigils=True, percent_quotes=True, patterns=True, heredocs=True, command_calls=True,
    bare_members=True, concatenation=frozenset(("+",)), members=frozenset((".", "::", "&.")),
)  # fmt: skip
_TREES: Final = """FileUtils.rm_rf FileUtils.rm_r FileUtils.rmtree FileUtils.remove_dir FileUtils.remove_entry
    FileUtils.remove_entry_secure FileUtils.rm_r! rm_rf rm_r remove_dir FileUtils.safe_unlink_r"""
_VERBS: Final = ("get", "post", "put", "patch", "delete", "head")
_CLIENTS: Final = ("HTTParty", "Faraday", "RestClient", "HTTP", "Typhoeus", "Excon", "HTTPX", "Net.HTTP")
_TABLE: Final = deeds.table(
    {
        "fork Process.fork Kernel.fork": programs.forks,
        "` system exec spawn Kernel.system Kernel.exec Kernel.spawn Process.spawn Kernel.` IO.popen popen Open3.capture2 "
        "Open3.capture2e Open3.capture3 Open3.popen3 Open3.popen2 Open3.popen2e Open3.pipeline sh PTY.spawn Rake.sh "
        "Kernel.popen posix_spawn": programs.shells,
        _TREES: deeds.deletes(recursive=True),
        "File.delete File.unlink FileUtils.rm FileUtils.rm_f FileUtils.remove FileUtils.safe_unlink rm rm_f IO.unlink .unlink "
        "Pathname.delete FileUtils.remove_file": deeds.deletes(),
        "Pathname.rmtree .rmtree .rm_rf": deeds.deletes(recursive=True),
        "Dir.rmdir Dir.delete Dir.unlink FileUtils.rmdir": deeds.deletes(empty=True),
        "File.write IO.write File.binwrite IO.binwrite": deeds.writes(),
        "File.truncate FileUtils.touch touch": deeds.writes(content=None),
        "File.open File.new open Kernel.open IO.open URI.open": deeds.opens(),
        "File.read IO.read File.readlines IO.readlines File.foreach IO.foreach File.binread YAML.load_file File.readable IO.binread "
        "JSON.load_file CSV.read File.each_line": deeds.reads(),
        "Dir.entries Dir.children Dir.each_child": deeds.reads(listing=True),
        "Dir.glob Dir.[] Pathname.glob Rake.FileList FileList.[]": deeds.globs,
        "FileUtils.mv FileUtils.move File.rename mv": deeds.moves,
        "FileUtils.cp FileUtils.cp_r FileUtils.copy FileUtils.install cp cp_r FileUtils.copy_file IO.copy_stream File.link": deeds.copies,
        "FileUtils.ln_s FileUtils.ln_sf File.symlink FileUtils.symlink ln_s": deeds.links,
        "FileUtils.chmod FileUtils.chmod_R File.chmod FileUtils.chown FileUtils.chown_R File.chown": deeds.modes(
            first=True
        ),
        "File.join Pathname.join .join_path Rails.root.join": deeds.joins_path,
        "File.expand_path File.absolute_path File.realpath Pathname Pathname.new File.path": deeds.expands_path,
        "Dir.home": deeds.home,
        "Dir.pwd Dir.getwd": deeds.here,
        "Dir.tmpdir Dir.mktmpdir Tempfile.new Tempfile.create Tempfile": deeds.temporary,
        "Dir.chdir FileUtils.cd FileUtils.chdir": deeds.chdir,
        "eval instance_eval class_eval module_eval Kernel.eval .instance_eval .class_eval .module_eval binding.eval "
        ".eval RubyVM.InstructionSequence.compile Binding.eval": programs.evaluates("ruby"),
        "Marshal.load Zlib.inflate Zlib.Inflate.inflate Zlib.gunzip .decrypt": programs.hides,
        "load require require_relative Kernel.load Kernel.require": programs.loads("ruby"),
        "send __send__ public_send .send .__send__ .public_send method .method Kernel.send Object.send": programs.calls(),
        "Object.const_get const_get Kernel.const_get Module.const_get .const_get .constantize .safe_constantize": programs.constants,
        "Base64.decode64 Base64.strict_decode64 Base64.urlsafe_decode64": programs.decodes("base64"),
        "unpack unpack1 .unpack .unpack1 .pack": programs.unpacks,
        ".reverse": programs.reverses,
        ".join": programs.implodes,
        ".chr": programs.characters,
        ".freeze .to_s .to_str .strip .chomp .dup .to_a .flatten .compact .sort .uniq .shellescape .to_path .each_entry .b "
        ".force_encoding .lines .to_sym .map .tap .select .reject .each_with_index": deeds.subject_itself,
        "URI URI.parse String Array Shellwords.escape Set": deeds.same,
        "Process.kill": programs.signals,
        "puts print p pp $stdout.puts STDOUT.puts $stdout.write $stderr.puts warn Kernel.puts STDOUT.write STDOUT.print $stdout.print "
        "Kernel.print": network.prints,
        "ENV.fetch ENV.[]": network.environment,
        "ENV.to_h ENV.inspect ENV.to_a ENV.each ENV.map ENV.to_hash ENV.values ENV.sort ENV.select": network.environment_itself,
        "Net.HTTP.post_form Net.HTTP.post": network.requests("POST"),
        "Net.HTTP.get_print Net.HTTP.get_response open_uri": network.requests("GET", body=None),
        "Net.HTTP.Delete": network.requests("DELETE", body=None),
        "TCPSocket TCPSocket.open Socket.tcp UDPSocket.connect OpenSSL.SSL.SSLSocket": network.connects(),
        "Net.SMTP.start Mail.deliver .deliver_now .deliver .deliver_later Pony.mail": network.mails,
        ".execute .exec .exec_query .select_all .exec_params .query .exec_update .exec_delete .find_by_sql .select_values .async_exec "
        ".run .execute_batch .prepare": network.statements(),
        "PG.connect PG.Connection.new PG.Connection Sequel.connect Mysql2.Client": network.connects_database(),
        "SQLite3.Database": network.connects_database("sqlite"),
        ".drop_table .drop_database .drop .truncate_tables .purge .truncate .drop_all .drop_schema": network.empties(),
        ".where .not .filter .unscoped .all": services.filters,
        ".delete_all .destroy_all .delete_many": services.deletes_all,
        ".update_all": services.updates_all,
        ".each .find_each .in_batches": services.each_row,
        ".destroy .destroy! .update .update! .update_columns .update_column .update_attribute": services.changes_row,
        "redis.flushall redis.flushdb .flushall .flushdb": network.empties("flush"),
        **{
            f"{client}.{verb}": network.requests(verb.upper(), body=None if verb in ("get", "head") else 1)
            for client in _CLIENTS
            for verb in _VERBS
        },
    }
)


@reads("ruby")
def read_ruby(call: Invocation, text: Value, origin: str, changes: Mapping[str, Any]) -> Effects:
    """What Ruby text does; method bodies count as read once."""
    yield from deeds.read_phrases(call, text, origin, changes, _RUBY, _TABLE)
