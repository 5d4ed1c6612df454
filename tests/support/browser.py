"""A real Chromium without a screen, driven through its own driver; in a network namespace of the test if need be.

Selenium speaks to the driver over loopback, so it runs beside it, in a helper of its own that takes one JSON
order a line. Where there is no Chromium the tests are skipped, or fail where `ENACTD_REQUIRE_AGENTS` is set.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from support.loopback import Loopback

DESKTOP: Final = (1100, 900, 1.0)
PHONE: Final = (390, 844, 2.0)
"""Width and height in CSS pixels, and how many of the screen's each has."""
ARGUMENTS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--lang=en",
    "--force-color-profile=srgb",
)  # fmt: skip


class BrowserError(Exception):
    """The browser could not do what it was told."""


class Browser:
    """One browser with a profile of its own. Every method waits until the page has settled."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def open(self, url: str) -> None:
        """Go there."""
        self._do("open", url=url)

    @property
    def text(self) -> str:
        """What a person reads on the page."""
        return str(self._do("text"))

    @property
    def source(self) -> str:
        """The page's HTML as the browser has it."""
        return str(self._do("source"))

    def click(self, selector: str, *, to_next: bool = True) -> None:
        """Press what a CSS selector finds first, and wait for the page that it leads to."""
        self._do("click", selector=selector, next=to_next)

    def write(self, selector: str, text: str) -> None:
        """Type into a field."""
        self._do("write", selector=selector, text=text)

    def keys(self, *names: str) -> None:
        """Press keys by Selenium's names (`TAB`, `ENTER`), wherever the focus is."""
        self._do("keys", names=names)

    def focused(self) -> str:
        """The tag, and class, of what has the focus."""
        return str(self._do("focused"))

    def run(self, script: str) -> Any:
        """The value of a script's `return`, run by the driver even where the page may run none."""
        return self._do("run", script=script)

    def visit(self, html: str) -> None:
        """Show a page that is nobody's: its origin is none."""
        self._do("visit", html=html)

    def framed(self) -> str:
        """What a person reads in the page's first frame."""
        return str(self._do("framed"))

    def complaints(self) -> list[str]:
        """What the browser's console has said since it was last asked."""
        return [str(line) for line in self._do("complaints")]

    def show(self, screen: tuple[int, int, float], *, dark: bool = False) -> None:
        """Have a screen of that size."""
        self._do("show", screen=screen, dark=dark)

    def picture(self, path: Path) -> None:
        """A PNG of the whole page."""
        self._do("picture", path=str(path))

    def _do(self, what: str, **how: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"what": what, **how}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise BrowserError(f"the browser ended while it should {what}")
        told = json.loads(answer)
        if "fault" in told:
            raise BrowserError(f"{what}: {told['fault']}")
        return told["value"]


@contextmanager
def browser(network: Loopback | None = None, *, script: bool = False) -> Iterator[Browser]:
    """A browser, gone afterwards. Pages run no script unless `script`."""
    from support.required import need  # the helper below has no search path for it

    why = "the page was not shown in a real browser"
    programs = need("chromium", why), need("chromedriver", why)
    with tempfile.TemporaryDirectory(prefix="enactd-browser-", ignore_cleanup_errors=True) as profile:
        argv: Sequence[str] = [
            sys.executable,
            "-P",
            str(Path(__file__)),
            profile,
            "script" if script else "",
            *map(str, programs),
        ]
        process = subprocess.Popen(
            network.argv(argv) if network else list(argv), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], "HOME": profile, "LANG": "C.UTF-8", "TMPDIR": profile, "NO_PROXY": "*"},
        )  # fmt: skip
        with process:
            yield Browser(process)
            assert process.stdin is not None
            process.stdin.close()
            process.wait(30)


def serve(profile: str, script: str, chromium: str, chromedriver: str) -> None:
    """Carry out orders until there are no more. Runs in the helper."""
    from selenium import webdriver
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (*ARGUMENTS, f"--user-data-dir={profile}/profile"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not script:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    driver.set_page_load_timeout(60)
    screen = [*DESKTOP]
    try:
        for line in sys.stdin:
            order = json.loads(line)
            try:
                told: dict[str, Any] = {"value": carry_out(driver, order, screen)}
            except WebDriverException as fault:
                told = {"fault": str(fault.msg)[:500]}
            print(json.dumps(told), flush=True)
    finally:
        driver.quit()


def carry_out(driver: Any, order: dict[str, Any], screen: list[float]) -> Any:
    """One order."""
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait

    match order["what"]:
        case "open":
            driver.get(order["url"])
        case "text":
            return driver.find_element(By.TAG_NAME, "body").text
        case "source":
            return driver.page_source
        case "click":
            found = driver.find_element(By.CSS_SELECTOR, order["selector"])
            page = driver.find_element(By.TAG_NAME, "html").id
            found.click()
            if order["next"]:
                WebDriverWait(driver, 60).until(lambda d: d.find_element(By.TAG_NAME, "html").id != page)
        case "write":
            driver.find_element(By.CSS_SELECTOR, order["selector"]).send_keys(order["text"])
        case "keys":
            page = driver.find_element(By.TAG_NAME, "html").id
            ActionChains(driver).send_keys(*(getattr(Keys, name, name) for name in order["names"])).perform()
        case "focused":
            element = driver.switch_to.active_element
            return " ".join((element.tag_name, element.get_attribute("class") or "")).strip()
        case "run":
            return driver.execute_script(order["script"])
        case "visit":
            driver.get("data:text/html;charset=utf-8," + order["html"])
        case "framed":
            driver.switch_to.frame(0)
            text = driver.find_element(By.TAG_NAME, "body").text
            driver.switch_to.default_content()
            return text
        case "complaints":
            return [entry["message"] for entry in driver.get_log("browser")]
        case "show":
            screen[:] = order["screen"]
            scheme = "dark" if order["dark"] else "light"
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
            resize(driver, screen[0], screen[1], screen[2])
        case "picture":
            height = driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]["height"]
            resize(driver, screen[0], height, screen[2])
            driver.save_screenshot(order["path"])
            resize(driver, *screen)
    return None


def resize(driver: Any, width: float, height: float, scale: float) -> None:
    """A screen of so many CSS pixels."""
    metrics = {"width": int(width), "height": int(height), "deviceScaleFactor": scale, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


if __name__ == "__main__":
    serve(*sys.argv[1:])
