"""docs/services.md says what the law says, of every topic and every figure."""

from docs.generate_services import FIGURES, NAMES, ON, main, page
from rules.about import Today, Topic, about


def test_the_page_of_services_is_up_to_date() -> None:
    assert main(["--check"]) == 0, "run: python -m docs.generate_services"


def test_every_topic_and_every_figure_of_it_has_words_on_the_page() -> None:
    assert set(NAMES) == set(FIGURES) == set(Topic)
    for topic in Topic:
        assert set(FIGURES[topic]) == set(about(topic, Today(ON)).figures)


def test_GEN_10_GEN_11_the_page_names_the_phones_of_every_service() -> None:
    assert page().count("1414") == len(Topic)
    assert page().count("8-800-080-7777") == 1
