"""What a screen reader would say of a page, and an officer who is played by the services."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import Page

from onetrip.core import clock
from onetrip.domain.accounts.models import User
from onetrip.domain.consultations import services
from onetrip.domain.venues.models import Desk
from tests.calls import BY

# What a screen reader would say: changes inside of live regions that were there before, once the page has been read.
LISTEN = """
addEventListener("DOMContentLoaded", () => {
  const LIVE = "[aria-live=polite], [aria-live=assertive], [role=status], [role=alert]";
  window.said = [];
  new MutationObserver((changes) => {
    const whole = new Set(), added = changes.flatMap((change) => Array.from(change.addedNodes));
    for (const { type, target, addedNodes } of changes) {
      const element = target instanceof Element ? target : target.parentElement;
      const region = element?.closest("[role=timer], " + LIVE);
      if (added.some((node) => node.contains(target))) continue; // said with it
      if (!region || region.role === "timer" || !region.checkVisibility()) continue;
      if (region === target && type === "attributes") continue;
      const atomic = region.closest("[aria-atomic]")?.getAttribute("aria-atomic") === "true";
      const how = region.getAttribute("aria-live") ?? (region.role === "alert" ? "assertive" : "polite");
      const say = (text) => text.trim() && said.push([how, text.trim().replace(/\\s+/g, " ")]);
      if (atomic) { if (!whole.has(region)) { whole.add(region); say(region.innerText); } }
      else if (type === "attributes") { if (element.checkVisibility()) say(element.innerText); }
      else for (const node of addedNodes) if (element.checkVisibility()) say(node.innerText ?? node.textContent);
    }
  }).observe(document.body, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["hidden"],
  });
});
"""


class Played:
    """An officer without a window of their own: the post is kept open, and everything is done by the services."""

    def __init__(self) -> None:
        self.officer = User.objects.get(username="officer2")
        self.desk = Desk.objects.filter(kind="video", competences__contains=["driving_licence"]).first()
        assert self.desk is not None
        services.go_on_duty(desk_id=self.desk.pk, officer_id=self.officer.pk, **self.now)

    @property
    def now(self) -> dict[str, Any]:
        return {"by": BY, "at": clock.now()}

    def is_there(self) -> None:
        # Ahead of the clock: no page of this officer reports, and a slow machine must not close the post.
        services.mark_seen(posts=[self.desk.pk], at=clock.now() + timedelta(minutes=5))

    def does(self, verb: str, **more: Any) -> Any:
        self.is_there()
        return getattr(services, verb)(officer_id=self.officer.pk, **more, **self.now)


def heard(page: Page, *, but: int = 0) -> list[tuple[str, str]]:
    return [(how, text) for how, text in page.evaluate("said")][but:]


def hears(page: Page, how: str, words: str) -> str:
    """Wait until this is said, and once only."""
    for _look in range(60):
        if any(words in text for _how, text in heard(page)):
            break
        page.wait_for_timeout(250)
    page.wait_for_timeout(400)
    found = [(spoken, text) for spoken, text in heard(page) if words in text]
    assert len(found) == 1 and found[0][0] == how, (words, heard(page))
    return found[0][1]
