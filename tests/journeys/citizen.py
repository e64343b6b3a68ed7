"""A citizen with a phone: the errand's steps, as a thumb does them."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext

from tests.journeys.sight import Sight


class Citizen(Sight):
    """The page that the citizen looks at. Steps end when the next page is there."""

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def find(self, words: str, item_code: str) -> None:
        """Type into the search field of the home page and take the item out of what appears below."""
        self.go("/")
        self.page.locator("#q").press_sequentially(words, delay=20)
        self.tap(f"#results a[href='/items/{item_code}/']")
        self.page.wait_for_url(f"**/items/{item_code}/")

    def answer(self, *choices: str) -> None:
        """Start the questions and give these answers, by their words, up to the checklist."""
        self.tap(".actions a.weui-btn_primary")
        for words in choices:
            self.tap(f".choices a:has-text('{words}')")
        self.page.wait_for_url("**/checklist*")

    def sign_in_by_phone(self, phone: str) -> None:
        """On the login page: number, code (the sample city shows it), and on to where it was needed."""
        self.page.wait_for_url("**/login/*")
        self.page.fill("input[name=phone]", phone)
        self.page.click("form[action='/login/'] button")
        self.page.wait_for_url("**/login/code/*")
        self.page.fill("input[name=code]", self.page.inner_text("[data-demo-code]").strip())
        self.page.click("form[action='/login/code/'] button")
        self.page.wait_for_url(lambda url: "/login/code" not in url)

    def turn_on_camera(self) -> None:
        self.tap("[data-action=allow-camera]")
        self.wait("window.onetripCall?.media === 'on'")

    def wait_for_state(self, state: str) -> None:
        """Wait until the call's page knows that the consultation is in this state."""
        self.wait(f"window.onetripCall?.state === '{state}'")

    def write(self, words: str) -> None:
        self.page.fill(".chat-say input[name=text]", words)
        self.tap(".chat-say button")

    def choose_venue(self, venue_code: str) -> None:
        self.tap(f".offer a[href*='venue={venue_code}'], .offer button[value='{venue_code}']")

    def choose_first_time(self) -> str:
        """Take the first free time of the first day and return its text."""
        slot = self.see(".slots button")
        time = slot.locator("b").inner_text()
        self.tap(".slots button")
        self.page.wait_for_url("**/appointment/")
        return time

    def confirm(self) -> None:
        name = self.page.locator("#id-name")
        if name.count():  # an account that has just signed in has no name yet
            name.fill("王芳")
        self.tap("form[action$='/appointment/confirm'] button")
        self.see("a[href$='/pass']")

    @property
    def case_id(self) -> str:
        """The errand that the present page is about: /cases/<id>/…"""
        parts = urlsplit(self.page.url).path.split("/")
        assert parts[1] == "cases", self.page.url
        return parts[2]

    @property
    def consultation_id(self) -> str:
        parts = urlsplit(self.page.url).path.split("/")
        assert parts[1] == "calls", self.page.url
        return parts[2]
