"""What messages say: shipped in files, loaded once, changed by staff, with no name that the message does not know."""

import pytest

from onetrip.core.audit import Actor
from onetrip.core.models import AuditEntry
from onetrip.domain.notifications import errors, queries, rules, services
from onetrip.domain.notifications.models import Wording
from tests.domain.notifications.test_outbox import AT

BY = Actor("staff", "EDITOR")
KEY = "cases.paid"
TITLES = {"zh-hans": "已缴费", "en": "Paid"}
TEXTS = {"zh-hans": "{item}：{fee} 已收到。{link}", "en": "{item}: {fee} has arrived."}


def publish(*, after: int = 0, titles=TITLES, texts=TEXTS, fields=None) -> int:
    return services.publish_wording(
        template=KEY, titles=titles, texts=texts, form="", fields=fields or {}, after=after, by=BY, at=AT
    )


@pytest.mark.django_db
def test_loading_twice_is_as_good_as_once_and_leaves_what_staff_wrote() -> None:
    count = len(queries.template_cards())
    publish()
    assert services.load_wordings(by=BY, at=AT) == count - 1
    assert services.load_wordings(by=BY, at=AT) == 0
    assert queries.words_now([KEY])[KEY].texts == TEXTS


@pytest.mark.django_db
def test_a_shipped_text_that_changed_becomes_the_next_version() -> None:
    services.load_wordings(by=BY, at=AT)
    Wording.objects.filter(template=KEY).update(shipped_digest="0" * 64)
    assert services.load_wordings(by=BY, at=AT) == 1
    assert [version.number for version in queries.versions_of(KEY)] == [2, 1]


@pytest.mark.django_db
def test_versions_are_added_and_two_editors_do_not_overwrite_each_other() -> None:
    assert (publish(), publish(after=1)) == (1, 2)
    with pytest.raises(errors.WordingChanged):
        publish(after=1)
    assert queries.template_card(KEY).now.number == 2
    assert AuditEntry.objects.filter(verb="message.wording", subject=f"template:{KEY}").count() == 2


@pytest.mark.parametrize(
    ("texts", "refusal"),
    [
        ({"zh-hans": "{item}：{fee}", "en": "{item}"}, errors.VariableMissing),
        ({"zh-hans": "{item}：{fee} {name}", "en": "{item}: {fee}"}, errors.VariableUnknown),
        ({"zh-hans": "{item}：{fee}", "en": "{item}: {fee"}, errors.WordingBroken),
        ({"zh-hans": "{item}：{fee}", "en": "{item}: {fee.__class__}"}, errors.WordingBroken),
        ({"zh-hans": "{item}：{fee}", "en": "{item!r}: {fee:>9}"}, errors.WordingBroken),
        ({"zh-hans": "{item}：{fee}", "en": " "}, errors.WordingBroken),
        ({"zh-hans": "{item}：{fee}", "en": "{item}: {fee}" + "x" * 500}, errors.WordingBroken),
    ],
)
def test_what_cannot_be_sent_is_refused(texts: dict[str, str], refusal: type[Exception]) -> None:
    words = rules.Words(titles=TITLES, texts=texts)
    kind = rules.find(KEY)
    with pytest.raises(refusal):
        rules.check_wording(words, variables=kind.variables, required=kind.required)


def test_the_preview_speaks_with_the_samples() -> None:
    said = queries.preview(template=KEY, titles=TITLES, texts=TEXTS, fields={"amount1": "{fee}"})
    assert said["zh-hans"] == ("已缴费", "补领居民身份证：¥40.00 已收到。https://…/m/Ab3dE5")
    with pytest.raises(errors.VariableUnknown):
        queries.preview(template=KEY, titles=TITLES, texts=TEXTS, fields={"amount1": "{sum}"})


def test_every_shipped_text_can_be_sent() -> None:
    for kind in rules.all_declared():
        for text in kind.words.texts.values():
            assert len(rules.spell(text, {**kind.variables, "link": ""})) <= 500
