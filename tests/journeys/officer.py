"""An officer at a desktop: the post for calls, and the window in the hall."""

from tests.journeys.sight import Sight


class Officer(Sight):
    """The page that the officer works in."""

    def sign_in(self, username: str) -> None:
        """Password and second factor, with the account that the sample city offers on its login page."""
        self.go("/console/")
        self.page.wait_for_url("**/console/login/*")
        self.page.click(f"[data-demo-login={username}] button")
        self.page.wait_for_url("**/console/login/second-factor/*")
        self.page.fill("input[name=code]", self.page.inner_text("[data-demo-code]").strip())
        self.page.click("form[action='/console/login/second-factor/'] button")
        self.page.wait_for_url("**/console/")

    def go_on_duty(self, *, camera: bool = True) -> None:
        """Check the camera at the post and begin; the page then rings by itself."""
        self.go("/console/post/")
        if camera:
            self.tap("[data-action=allow-camera]")
            self.wait("window.onetripCall?.media === 'on'")
        self.tap("form[action$='/post/on-duty/'] button")
        self.see(".post-room")

    def accept(self) -> None:
        self.tap(".stage-ring form[action$='/post/accept/'] button")
        self.see("[data-post=in_call]")
        self.see("#materials")  # what is opened before the checklist has come would be closed by it

    def judge(self, verdict: str) -> None:
        """Give the verdict on the paper that is next, and wait until the checklist has moved on."""
        current = ".verdicts-work li.is-current input[name=material]"
        before = self.see(".verdicts-work li.is-current") and self.page.input_value(current)
        if verdict == "fix":
            self.tap(".is-current button[data-verdict=fix]")
            self.tap(".is-current .quick button")
        else:
            self.tap(f".is-current button[value={verdict}]")
        self.wait(f"document.querySelector('{current}')?.value !== '{before}'")

    def judge_again(self, name: str, verdict: str) -> None:
        """Go back to a paper by its name and change the verdict."""
        self.tap(f".verdicts-work .paper:has-text('{name}')")
        self.see(f".is-current:has-text('{name}')")
        self.tap(f".is-current button[value={verdict}]")
        self.see(f"li[data-verdict={verdict}]:has-text('{name}')")

    def conclude(self, kind: str, words: str = "") -> None:
        """Write the conclusion, which ends the call; without words the draft from the verdicts is sent."""
        self.tap(".call-end")
        self.tap(f".kinds [data-kind={kind}]")
        self.see(f".kinds [data-kind={kind}][aria-pressed=true]")
        if words:
            self.page.fill("#conclusion-text", words)
        self.tap("form[action$='/post/conclude/'] button")
        self.see("[data-post=wrap_up]")

    def write(self, words: str) -> None:
        self.page.fill(".chat-form input[name=text]", words)
        self.tap(".chat-form button")

    def go_off_duty(self) -> None:
        self.tap("form[action$='/post/off-duty/'] button")
        self.page.wait_for_url("**/console/")


class WindowOfficer(Sight):
    """The page of a window in the hall."""

    def open_window(self) -> None:
        self.go("/console/window/")
        self.see(".window-room, .tile-main")
        if self.page.locator(".window-room").count() == 0:
            self.tap(".tile-main")
            self.see(".window-room")

    def call_next(self) -> str:
        """Call the next number and return it."""
        self.tap("form[action$='/call-next/'] button")
        return self.see(".window-number[data-state=called]").inner_text().strip()

    def serve(self) -> None:
        self.tap("form[action$='/serve/'] button")
        self.see(".window-number[data-state=serving]")

    def record_done(self) -> None:
        self.tap("form[action$='/outcome/'] button[data-key=d]")
        self.see("form[action$='/call-next/'] button")

    def record_returned(self, because: str) -> None:
        """Send the visitor back; `because` is the button's value, for example `material_missing:medical-form`."""
        self.tap("details.returned summary")
        self.tap(f"button[name=because][value='{because}']")
        self.see("form[action$='/call-next/'] button")
