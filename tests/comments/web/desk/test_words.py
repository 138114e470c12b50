import pytest

from comments.actions import publish_word_list
from comments.models import DryRun, WordListVersion

pytestmark = pytest.mark.django_db
SUSPECT = WordListVersion.Kind.SUSPECT


@pytest.fixture
def word_list(site, editor, thread):
    return publish_word_list(
        site=site, name="rude", kind=SUSPECT, entries=["слон", "кит"], actor=editor
    )


@pytest.fixture
def desk(browser, editor):
    return browser(editor)


def test_lists_are_shown_with_their_versions(desk, word_list):
    page = desk.get("/desk/words/").content.decode()
    assert "/desk/words/lists/rude/" in page


def test_publishing_makes_a_version_and_screens_by_it(desk, word_list, say):
    desk.post("/desk/words/lists/rude/", {"kind": "suspect", "entries": "слон\n\nтигр\nслон"})
    newest = WordListVersion.objects.get(number=2)
    assert newest.entries == ["слон", "тигр"]
    assert say("Тигры идут").state == "held"


def test_what_differs_between_versions_is_shown(desk, word_list):
    desk.post("/desk/words/lists/rude/", {"kind": "suspect", "entries": "слон\nтигр"})
    page = desk.get("/desk/words/lists/rude/versions/2/").content.decode()
    assert "+ тигр</ins>" in page
    assert "− кит</del>" in page
    assert "слон" not in page


def test_entry_with_nothing_in_it_is_refused_and_the_rest_is_kept(desk, word_list):
    page = desk.post("/desk/words/lists/rude/", {"kind": "suspect", "entries": "слон\n*"})
    assert page.status_code == 422
    assert "слон\n*" in page.content.decode()
    assert WordListVersion.objects.count() == 1


def test_new_list_begins_with_its_first_version(desk, thread, site):
    desk.post("/desk/words/new/", {"name": "birds", "kind": "banned", "entries": "сорока"})
    assert WordListVersion.objects.get(name="birds", site=site).kind == "banned"


def test_trial_marks_where_and_by_which_entry(desk, word_list):
    page = desk.post("/desk/words/trial/", {"entries": "слон", "trial": "Два слона <b>"})
    shown = page.content.decode()
    assert '<mark title="слон">слона</mark>' in shown
    assert "&lt;b&gt;" in shown


def test_trial_says_what_a_disguised_word_looks_like(desk, word_list):
    page = desk.post("/desk/words/trial/", {"entries": "слон", "trial": "Два сл*на"})
    shown = " ".join(page.content.decode().split())
    assert '<mark title="слон">сл*на</mark>' in shown
    assert '<td>слон <span class="muted">(похоже на «слона»)</span></td>' in shown


def test_card_of_a_held_comment_says_what_a_disguised_word_looks_like(desk, word_list, say):
    say("Два slona и кит")
    page = desk.get("/desk/").content.decode()
    assert "<q>slona</q> (похоже на «слона», слон)" in page
    assert "<q>кит</q> (кит)" in page


def test_card_of_a_held_comment_names_a_word_once_with_all_its_entries(desk, site, editor, say):
    entries = ["слон", "слон*", "слона*"]
    publish_word_list(site=site, name="rude", kind=SUSPECT, entries=entries, actor=editor)
    say("Два сл*на и слоны")
    page = desk.get("/desk/").content.decode()
    assert page.count("<q>сл*на</q>") == 1
    assert "<q>слоны</q> (слон, слон*)" in page


def test_card_of_a_held_comment_shows_a_word_that_marks_split(desk, word_list, say):
    say("Вот [ки](https://a.example)т и ~~сл~~он")
    page = desk.get("/desk/").content.decode()
    assert "<q>кит</q> (кит)" in page
    assert "<q>слон</q> (слон)" in page


def test_trial_of_a_broken_entry_says_which(desk, word_list):
    page = desk.post("/desk/words/trial/", {"entries": "слон\n=*", "trial": "слон"})
    assert "=*" in page.content.decode()


def test_dry_run_shows_its_progress_and_what_would_have_been_stopped(desk, word_list, say, deliver):
    say("Рыба-меч плывёт")
    say("Ничего")
    fields = {"kind": "suspect", "entries": "меч"}
    address = desk.post("/desk/words/lists/rude/dry-runs/", fields)["Location"]
    assert "просмотрено 0 из 2" in desk.get(address).content.decode()
    deliver()
    state = desk.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "просмотрено 2 из 2" in state
    assert "меч" in state
    assert "hx-get" not in state
    assert DryRun.objects.get().matched_published == 1
    assert WordListVersion.objects.count() == 1


def test_dry_run_carries_the_entries_on_so_that_they_can_be_published(desk, word_list):
    fields = {"kind": "suspect", "entries": "меч"}
    address = desk.post("/desk/words/lists/rude/dry-runs/", fields)["Location"]
    assert ">\nмеч</textarea>" in desk.get(address).content.decode()


@pytest.mark.parametrize(
    "path", ["lists/none/", "lists/rude/versions/7/", "lists/rude/dry-runs/0/"]
)
def test_what_is_not_there_is_not_found(desk, word_list, path):
    assert desk.get(f"/desk/words/{path}").status_code == 404
