"""Package names that pass for well-known ones: a letter off, an affix that promises more, a look-alike letter.

Only names near a small table of very popular packages are judged. A scoped name belongs to its scope's
owner and is never judged.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from enactd.memo import memo

_POPULAR: Final[dict[str, frozenset[str]]] = {
    "npm": frozenset(
        """
        react react-dom react-router react-router-dom react-redux react-native react-scripts redux next vue vue-router
        vuex nuxt angular svelte express koa fastify hapi lodash lodash-es underscore moment dayjs date-fns axios request
        node-fetch cross-fetch superagent got chalk colors color commander yargs minimist inquirer prompts ora debug
        dotenv cross-env rimraf glob mkdirp fs-extra chokidar nodemon concurrently typescript ts-node tslib eslint
        prettier webpack webpack-cli webpack-dev-server rollup vite vitest esbuild parcel babel-core babel-loader jest
        mocha chai sinon cypress playwright puppeteer jsdom cheerio jquery bootstrap tailwindcss postcss autoprefixer
        sass less styled-components classnames uuid nanoid async bluebird rxjs immutable immer zustand mobx graphql
        apollo-server apollo-client socket.io socket.io-client mongoose mongodb mysql mysql2 sequelize knex typeorm
        prisma drizzle-orm redis ioredis sqlite3 better-sqlite3 passport jsonwebtoken bcrypt bcryptjs body-parser
        cookie-parser cors helmet morgan multer nodemailer winston pino ethers web3 discord.js telegraf openai anthropic
        langchain electron electron-builder serverless firebase firebase-admin stripe aws-sdk semver validator joi ajv
        handlebars marked highlight.js three d3 chart.js leaflet storybook husky lint-staged turbo lerna
        """.split()
    ),
    "pypi": frozenset(
        """
        requests numpy pandas scipy matplotlib django flask fastapi uvicorn gunicorn celery sqlalchemy alembic pydantic
        pytest selenium beautifulsoup4 scrapy pillow tensorflow keras torch torchvision transformers scikit-learn boto3
        botocore urllib3 certifi cryptography pyyaml jinja2 werkzeug click setuptools paramiko ansible psycopg2
        psycopg2-binary psycopg pymongo redis httpx httpie aiohttp openai anthropic langchain rich typer black ruff mypy
        pylint flake8 isort poetry virtualenv pipenv tox coverage jupyter notebook ipython jupyterlab networkx sympy
        seaborn plotly streamlit gradio colorama tqdm python-dateutil pytz simplejson lxml html5lib docutils sphinx
        markdown pygments attrs packaging idna chardet charset-normalizer protobuf grpcio awscli python-dotenv passlib
        bcrypt pyjwt oauthlib tornado gevent eventlet marshmallow djangorestframework xgboost lightgbm nltk spacy gensim
        opencv-python huggingface-hub datasets tokenizers discord.py web3 playwright polars pyarrow numba cython pymysql pymssql
        mysqlclient asyncpg websockets starlette loguru tenacity jsonschema google-cloud-storage azure-storage-blob
        """.split()
    ),
    "crates": frozenset(
        """
        serde serde_json tokio reqwest hyper axum actix_web clap anyhow thiserror tracing log env_logger rand regex
        chrono rayon itertools lazy_static once_cell futures async_trait bytes uuid sqlx diesel rusqlite criterion
        crossbeam parking_lot num_traits syn quote proc_macro2 libc bitflags rust_decimal rustls openssl warp rocket tonic
        """.split()
    ),
    "gems": frozenset(
        """
        rails rake bundler rspec sinatra puma sidekiq devise nokogiri rubocop activerecord activesupport capybara
        factory_bot faker redis resque thor httparty faraday jekyll pry byebug minitest sqlite3 rest-client bootstrap-sass
        """.split()
    ),
}  # fmt: skip

# Packages of their own that happen to lie near a popular name.
_HONEST: Final = frozenset(
    """
    preact tslint fastai boto sqlite discord safe-buffer better-opn color-name colorette mochi chai-http lodash.get redis-py
    requests-oauthlib request-promise expresso vuejs express-ng svelte-check nextjs jestjs pytests pandas-stubs numpydoc
    mypy-extensions flasky torchaudio nuxt3 vite-node sharp typeorm-extension mongodb-memory-server pyarrow-hotfix
    async-lock validator.js rxjs-compat hyperx tokio-test rand-core openssl-sys fakeredis pillow-simd pydantic-core
    mysql-connector-python types-requests jsonschema-rs ansible-core celery-types markdown2 markdown-it chalk-template
    prettierd eslintd eslint_d jsdoc jsdom-global plotly-express glob-stream globby moment-timezone gotrue nan chartjs
    """.split()
)  # fmt: skip

_PROMISES: Final = (
    "improved|plus|ng|fixed|fix|new|secure|secured|official|pro|patched|latest|safe|enhanced|better|updated|free|premium|"
    "stable|original|real|genuine|optimized|faster|hotfix|security|legit|verified|trusted|ultra|ultimate|advanced|"
    "superfast|next-gen|v2|v3|reloaded|revamped|extended|lite-pro|unofficial|fork|mirror|backup|repack"
)
_SUFFIXED: Final = re.compile(rf"(.+?)[-_.](?:{_PROMISES})")
_PREFIXED: Final = re.compile(
    r"(?:official|real|the|new|secure|better|improved|fixed|free|safe|true|original|genuine|legit|updated|patched|my)"
    r"[-_.](.+)"
)
_TWINS: Final = str.maketrans("013457$", "oleastl")


@memo(2048)
def lookalike(name: str, ecosystem: str) -> str:
    """The popular package that a name imitates, empty for none. `ecosystem`: npm, pypi, crates, gems."""
    popular = _POPULAR.get(ecosystem)
    if popular is None or name.startswith("@") or not 3 <= len(name) <= 60:
        return ""
    plain = name.lower()
    if ecosystem == "pypi":
        plain = plain.replace("_", "-")
    elif ecosystem == "crates":
        plain = plain.replace("-", "_")
    if plain in popular or plain in _HONEST:
        return ""
    return _by_shape(plain, popular) or _by_promise(plain, popular) or _by_typing(plain, popular)


def _by_shape(name: str, popular: frozenset[str]) -> str:
    """The same letters in another spelling: other separators, digits or foreign letters in place of letters."""
    skeleton = _skeleton(name)
    for known in popular:
        if len(known) >= 5 and skeleton == _skeleton(known):
            return known
    return ""


def _skeleton(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name)
    ascii_only = "".join(_FOREIGN.get(char, char) for char in folded if not unicodedata.combining(char))
    letters = re.sub(r"[-_.]", "", ascii_only)
    head, digits = re.fullmatch(r"(.*?)(\d*)", letters, re.S).groups()  # type: ignore[union-attr]
    return head.translate(_TWINS).replace("rn", "m").replace("vv", "w") + digits


_FOREIGN: Final = dict(
    zip(
        "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0458\u0455\u043a\u0442\u043c\u03bf\u03b1\u0261\u0131\u04cf",
        "aeopcxyijsktmoagil",
        strict=True,
    )
)


def _by_promise(name: str, popular: frozenset[str]) -> str:
    """A popular name that something was added to: `-improved`, `-official`, `real-`."""
    for pattern in (_SUFFIXED, _PREFIXED):
        match = pattern.fullmatch(name)
        if match and match[1] in popular:
            return match[1]
    return ""


def _by_typing(name: str, popular: frozenset[str]) -> str:
    """One slip of the finger away; two in a long name. Short names have too many honest neighbours."""
    for known in popular:
        if len(known) < 5 or abs(len(known) - len(name)) > 2 or name[0] != known[0]:
            continue
        distance = _distance(name, known)
        if distance == 1 and (len(known) >= 6 or _swapped_or_doubled(name, known)):
            return known
        if distance == 2 and len(known) >= 10:
            return known
    return ""


def _swapped_or_doubled(name: str, known: str) -> bool:
    if len(name) == len(known):
        return sorted(name) == sorted(known)
    return re.sub(r"(.)\1+", r"\1", name) == re.sub(r"(.)\1+", r"\1", known)


def _distance(one: str, two: str) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours that lead from one word to the other."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(two, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
