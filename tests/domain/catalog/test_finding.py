"""Browsing and searching the shipped catalogue: the right item among the first three, in one query."""

import pytest
from django.utils.translation import override

from onetrip.domain.catalog import errors, queries
from onetrip.domain.catalog.queries import citizens
from onetrip.domain.catalog.rules.terms import query

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]
FOUND = [
    ("jsz", "i40-licence-expiry"),
    ("jszq", "i40-licence-expiry"),
    ("驾驶证", "i40-licence-expiry"),
    ("驾照丢了", "i46-licence-lost"),
    ("换驾照", "i40-licence-expiry"),
    ("驾照过期了怎么办", "i40-licence-expiry"),
    ("jiashizheng yishi", "i46-licence-lost"),
    ("jiashzheng", "i52-licence-first"),  # a slip of the finger
    ("考驾照", "i52-licence-first"),
    ("身份证丢了", "i28-id-card-lost"),
    ("身份证丢了怎么办", "i28-id-card-lost"),
    ("sfz diu", "i28-id-card-lost"),
    ("shenfenz", "i25-id-card-first"),
    ("shenfenzheng guoqi", "i27-id-card-renewal"),
    ("身份证 丢失", "i28-id-card-lost"),
    ("身份证diushi", "i28-id-card-lost"),
    ("补办身份证", "i28-id-card-lost"),
    ("外地补身份证", "i30-id-card-elsewhere"),
    ("临时身份证", "i33-temporary-id-card"),
    ("过户", "i63-vehicle-transfer"),
    ("二手车过户需要什么材料", "i63-vehicle-transfer"),
    ("上牌", "i57-vehicle-new"),
    ("年检", "i73-inspection-mark"),
    ("临牌", "i69-temporary-plate"),
    ("车牌丢了", "i70-plate-replacement"),
    ("行驶证", "i71-vehicle-licence-replacement"),
    ("hz", "i78-passport-first"),
    ("护照", "i78-passport-first"),
    ("huzhao", "i78-passport-first"),
    ("护照丢了", "i81-passport-lost"),
    ("ＨＵＺＨＡＯ", "i78-passport-first"),  # full width
    ("港澳通行证", "i83-hk-macau-permit"),
    ("gangao qianzhu", "i84-hk-macau-endorsement"),
    ("去台湾", "i87-taiwan-permit"),
    ("孩子上户口", "i01-birth-registration"),
    ("出生", "i01-birth-registration"),
    ("迁户口", "i11-move-in-from-other-province"),
    ("改名字", "i16-name-change"),
    ("无犯罪", "i23-no-criminal-record"),
    ("居住证", "i35-residence-permit"),
    ("暂住证", "i35-residence-permit"),
    ("电动车上牌", "i108-ebike-shanghai"),
    ("消防", "i105-fire-inspection"),
    ("养狗", "i107-dog-registration"),
    ("lost licence", "i46-licence-lost"),
    ("passport", "i78-passport-first"),
    ("residence permit", "i35-residence-permit"),
    ("driver license", "i52-licence-first"),
]
POPULAR = ["身份证丢了", "驾驶证换证", "居住证", "护照", "落户", "无犯罪记录", "电动自行车", "出生登记"]


@pytest.mark.parametrize(("typed", "code"), FOUND)
def test_what_people_type_finds_the_item_among_the_first_three(typed: str, code: str) -> None:
    assert code in [card.code for card in queries.search(typed)[:3]], [
        c.name for c in queries.search(typed)[:6]
    ]


@pytest.mark.parametrize("typed", POPULAR)
def test_what_the_start_page_offers_finds_something(typed: str) -> None:
    assert queries.search(typed)


@pytest.mark.parametrize(
    "typed", ["", "   ", "？！", "%", "_", "xyzxyz", "护照 zzzzzz", "'; DROP TABLE", "\x00"]
)
def test_nonsense_finds_nothing_and_breaks_nothing(typed: str) -> None:
    assert queries.search(typed) == []


def test_every_part_must_match() -> None:
    both = {card.code for card in queries.search("护照 丢")}
    assert both == {"i81-passport-lost"}


def test_better_hits_come_first() -> None:
    names = [card.name for card in queries.search("居住证")]
    exact_or_beginning = [name for name in names if name.startswith("居住证")]
    assert names[: len(exact_or_beginning)] == exact_or_beginning
    assert queries.search("居住证申领")[0].code == "i35-residence-permit"


def test_every_item_is_found_by_its_own_name_in_both_languages() -> None:
    for language in ("zh-hans", "en"):
        with override(language):
            cards = [card for category in queries.categories() for card in queries.items_in(category.code)]
            lost = [
                card.name
                for card in cards
                if card.code not in [c.code for c in queries.search(card.name)[:3]]
            ]
        assert lost == []


def test_a_long_text_is_cut_to_a_bounded_query() -> None:
    asked = query("护照 " * 500 + "a b c d e f g h")
    assert len(asked.terms) <= 6
    assert queries.search("身" * 5000, limit=5) == queries.search("身" * 100, limit=5)


def test_the_limit_holds() -> None:
    assert len(queries.search("驾驶证", limit=5)) == 5


@pytest.mark.parametrize("typed", ["hz", "护照 丢", "身份证丢了怎么办"])
def test_a_search_is_one_query(typed: str, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        queries.search(typed)


def test_lists_cost_one_query_however_long(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        cards = queries.categories()
    assert (len(cards), sum(card.item_count for card in cards)) == (21, 93)
    sizes = set()
    for card in cards:
        with django_assert_num_queries(1):  # type: ignore[operator]
            sizes.add(len(queries.items_in(card.code)))
    assert {1, 11} <= sizes


def test_a_guide_costs_two_queries_and_one_when_it_was_read_before(django_assert_num_queries: object) -> None:
    citizens._plan.cache_clear()
    citizens._guide.cache_clear()
    with django_assert_num_queries(2):  # type: ignore[operator]
        guide = queries.guide_of("i25-id-card-first")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert queries.guide_of("i25-id-card-first") is guide
    with django_assert_num_queries(0):  # type: ignore[operator]
        queries.personal_checklist(queries.guide_version(guide.version_id), {"age": "minor"})


def test_texts_come_in_the_active_language() -> None:
    assert queries.guide_of("i78-passport-first").name == "普通护照申领"
    with override("en"):
        assert queries.guide_of("i78-passport-first").name == "Apply for a passport"
        assert queries.search("passport")[0].category_name == "Passports"
        drawn = queries.personal_checklist(queries.guide_of("i78-passport-first"), {"age": "minor"})
    assert "Guardian's ID card" in [line.name for line in drawn.materials]
    assert drawn.fee.text == "¥120.00"


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(errors.ItemNotFound):
        queries.guide_of("i99-none")
    with pytest.raises(errors.VersionNotFound):
        queries.guide_version("0000000000000000")
    with pytest.raises(errors.CategoryNotFound):
        queries.items_in("none")
    with pytest.raises(errors.ItemNotFound):
        queries.versions_of("i99-none")
