"""The discussion on a page of another origin that allows nothing but Otklik."""

import time
import urllib.request

from playwright.sync_api import expect

from comments.actions import Decision, DecisionKind, decide
from comments.models import Comment, Report
from comments.reading.front.watch import MOST_AGE
from demo.articles import ARTICLES
from demo.people import EDITOR, READER, SECOND_READER
from tests.support.browser.discussions import FIELD, account, article, say, send, sign_in_by_window
from tests.support.waiting import wait_for


def test_reader_edits_answers_and_withdraws(reader):
    send(reader, "Хароший день в виджете")
    own = article(reader, "Хароший день в виджете")
    expect(own).to_be_focused()
    own.get_by_role("button", name="Исправить").click()
    reader.locator("article textarea").press("Escape")
    expect(own.get_by_role("button", name="Исправить")).to_be_focused()
    own.get_by_role("button", name="Исправить").click()
    reader.locator("article textarea").fill("Хороший день в виджете")
    reader.get_by_role("button", name="Сохранить").click()
    own = article(reader, "Хороший день в виджете")
    expect(own.get_by_text("исправлен", exact=True)).to_be_visible()

    # Authors cannot rate their own comments.
    expect(own.get_by_text("Согласен: 0", exact=True)).to_be_attached()
    expect(own.get_by_role("button", name="Согласен")).to_have_count(0)

    own.get_by_role("button", name="Ответить").click()
    reader.get_by_label("Ваш ответ").fill("Отвечаю **себе**")
    reader.get_by_label("Ваш ответ").press("Control+Enter")
    answer = article(reader, "Отвечаю себе")
    expect(answer).to_be_focused()
    assert Comment.objects.get(text="Отвечаю **себе**").parent.text == "Хороший день в виджете"

    answer.get_by_role("button", name="Отозвать").click()
    expect(reader.get_by_role("dialog", name="Отозвать комментарий?", exact=True)).to_be_visible()
    reader.get_by_role("dialog").get_by_role("button", name="Отозвать").click()
    expect(reader.get_by_text("Комментарий отозван автором")).to_be_visible()
    assert Comment.objects.get(text="Отвечаю **себе**").state == "withdrawn"


def test_text_is_shown_as_it_was_typed(page, hosted):
    key = "typed"
    say(key, "2. Не согласен\n3. И вот почему: 2*3*4")
    say(key, "[сарказм](нет) и [да](https://a.example)")
    page.goto(hosted(key))
    expect(page.locator("article ol")).to_have_attribute("start", "2")
    expect(page.locator("article ol")).to_contain_text("2*3*4")
    expect(article(page, "[сарказм](нет) и да").get_by_role("link", name="да")).to_be_visible()


def test_text_is_previewed_wherever_one_writes(reader, request):
    other = say(request.node.name, "Ответьте мне", by=SECOND_READER)
    own = say(request.node.name, "Моя мысль")
    reader.reload()
    field, preview = reader.get_by_label(FIELD), reader.locator(".preview:not(:empty)")
    field.fill("**Жирно**, @" + SECOND_READER.name)
    field.press("End")
    for name in ("Отправить", "Посмотреть"):  # nothing else is on the way
        reader.keyboard.press("Tab")
        expect(reader.get_by_role("button", name=name)).to_be_focused()
    reader.keyboard.press("Enter")
    expect(preview.locator("strong")).to_have_text("Жирно")
    expect(field).to_have_value("**Жирно**, @" + SECOND_READER.name)
    field.press("!")
    expect(preview).to_have_count(0)

    article(reader, other.text).get_by_role("button", name="Ответить").click()
    form = reader.locator("li form")
    form.locator("textarea").fill("> Ответьте\n\nОтвечу")
    form.get_by_role("button", name="Посмотреть").click()
    expect(preview.locator("blockquote")).to_have_text("Ответьте")
    form.get_by_role("button", name="Отмена").click()
    expect(article(reader, other.text).get_by_role("button", name="Ответить")).to_be_focused()

    article(reader, own.text).get_by_role("button", name="Исправить").click()
    reader.locator("article textarea").fill("1. Моя\n2. Мысль")
    reader.locator("article").get_by_role("button", name="Посмотреть").click()
    expect(preview.locator("li")).to_have_count(2)
    assert Comment.objects.filter(thread__key=request.node.name).count() == 2


def test_stranger_who_wants_a_preview_is_asked_to_sign_in(page, hosted):
    page.goto(hosted("preview-stranger"))
    page.get_by_role("button", name="Посмотреть").click()
    expect(page.locator(".error")).to_contain_text("Напишите что-нибудь")
    page.get_by_label(FIELD).fill("**Как** это будет?")
    page.get_by_role("button", name="Посмотреть").click()
    expect(page.locator(".error")).to_contain_text("Чтобы посмотреть")
    sign_in_by_window(page, page.locator(".error").get_by_role("button", name="Войти"))
    expect(page.get_by_label(FIELD)).to_be_focused()
    page.get_by_role("button", name="Посмотреть").click()
    expect(page.locator(".preview strong")).to_have_text("Как")


def test_new_comments_are_announced_and_shown(page, hosted):
    key = "meanwhile"
    say(key, "Было с утра")
    page.goto(hosted(key))
    expect(article(page, "Было с утра")).to_be_visible()
    for text in ("Пришло первым", "Пришло вторым", "Пришло третьим"):
        say(key, text, by=SECOND_READER)
    fresh = page.get_by_role("status").get_by_role("button", name="3 новых комментария")
    expect(fresh).to_be_visible()
    expect(article(page, "Пришло первым")).to_have_count(0)
    fresh.click()
    expect(article(page, "Пришло первым")).to_be_focused()
    expect(page.locator("article.new")).to_have_count(3)


def test_a_removed_comment_disappears_without_a_reload(page, hosted):
    key = "going"
    tombstone, traceless = say(key, "Останется строка"), say(key, "Не останется ничего")
    page.goto(hosted(key))
    expect(article(page, "Не останется ничего")).to_be_visible()
    for comment, rule in ((tombstone, "insults"), (traceless, "law")):
        decide(
            comment=comment,
            decision=Decision(DecisionKind.REMOVE, rule_code=rule),
            editor=account(EDITOR),
        )
    expect(page.get_by_text("Не останется ничего")).to_have_count(0)
    expect(page.get_by_text("Останется строка")).to_have_count(0)
    expect(page.get_by_text("Комментарий удалён редакцией")).to_be_visible()
    expect(page.get_by_role("status").get_by_role("button")).to_have_count(0)


def test_url_of_a_comment_opens_it_on_any_page(page, hosted):
    key = "long"
    comments = [say(key, f"Мнение номер {number}") for number in range(30)]
    home = hosted(key)
    page.goto(f"{home}/#comment-{comments[-1].pk}")
    expect(article(page, "Мнение номер 29")).to_be_focused()
    expect(article(page, "Мнение номер 0")).to_have_count(0)
    page.get_by_role("button", name="Показать всё обсуждение").click()
    expect(page.locator("article")).to_have_count(25)
    expect(page.get_by_role("heading", name="Комментарии 30")).to_be_focused()
    page.get_by_role("button", name="Ещё комментарии").click()
    expect(article(page, "Мнение номер 25")).to_be_focused()
    expect(page.locator("article")).to_have_count(30)
    page.get_by_role("button", name="Сначала новые").click()
    expect(page.locator("article").first).to_contain_text("Мнение номер 29")
    expect(page.get_by_role("status").filter(has_text="Сначала новые")).to_have_count(1)


def test_address_of_an_answer_opens_it_among_many(page, hosted):
    key = "answers"
    root = say(key, "С чего началось")
    comments = [say(key, f"Ответ номер {number}", parent=root) for number in range(15)]
    page.goto(f"{hosted(key)}/#comment-{comments[-1].pk}")
    expect(article(page, "Ответ номер 14")).to_be_focused()
    page.get_by_role("button", name="Ещё ответы").click()
    expect(page.locator(".replies article")).to_have_count(15)


def test_person_is_muted_and_shown_again(reader, request):
    key = request.node.name
    say(key, "Раздражающее мнение", by=SECOND_READER)
    reader.reload()
    comment = article(reader, "Раздражающее мнение")
    comment.get_by_role("button", name="Ещё действия").click()
    comment.get_by_role("button", name="Скрывать автора").click()
    expect(reader.get_by_text("Раздражающее мнение")).to_have_count(0)
    reader.reload()
    muted = article(reader, f"Вы скрываете комментарии: {SECOND_READER.name}")
    muted.get_by_role("button", name="Показывать автора").click()
    expect(article(reader, "Раздражающее мнение")).to_be_visible()


def test_comment_is_reported_by_rule(reader, request):
    said = say(request.node.name, "Да вы все тут ничего не понимаете", by=SECOND_READER)
    reader.reload()
    shown = article(reader, said.text)
    shown.get_by_role("button", name="Ещё действия").click()
    shown.locator("[data-act=up]").click()
    liked = shown.get_by_role("button", name="Согласен: 1")
    expect(liked).to_have_attribute("aria-pressed", "true")
    expect(liked).to_be_focused()

    shown.get_by_role("button", name="Пожаловаться").click()
    form = reader.get_by_role("dialog", name=f"Жалоба на комментарий: {SECOND_READER.name}")
    form.get_by_role("button", name="Отправить жалобу").click()
    expect(form.get_by_text("Выберите правило")).to_be_visible()
    form.get_by_label("Оскорбления и травля").check()
    form.get_by_label("Что добавить").fill("Обращение ко всем сразу")
    form.get_by_role("button", name="Отправить жалобу").click()
    expect(shown.get_by_text("Вы пожаловались")).to_be_visible()
    report = Report.objects.get(comment=said)
    assert (report.rule.code, report.note) == ("insults", "Обращение ко всем сразу")
    assert report.reporter == account(READER)


def test_stranger_who_reports_or_reacts_is_led_to_the_entrance(page, hosted):
    key = "strangers"
    say(key, "Читают все")
    page.goto(hosted(key))
    comment = article(page, "Читают все")
    comment.locator("[data-act=up]").click()
    expect(page.get_by_role("button", name="Войти")).to_be_focused()
    comment.get_by_role("button", name="Ещё действия").click()
    comment.get_by_role("button", name="Пожаловаться").click()
    expect(page.get_by_text("Чтобы пожаловаться на комментарий, войдите")).to_be_visible()


def test_rules_and_the_complaints_address_stand_at_the_form(page, hosted):
    page.goto(hosted("rules"))
    expect(page.get_by_role("link", name="redaktor@demo.example")).to_be_visible()
    opener = page.get_by_role("button", name="Правила обсуждения")
    opener.click()
    expect(page.get_by_role("dialog")).to_contain_text("Оскорбления и травля")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_what_people_write_is_never_markup(reader):
    evil = (
        '<img src=x onerror="document.title=1"> <script>document.title=1</script> [a](javascript:0)'
    )
    title = reader.title()
    send(reader, evil)
    wait_for(lambda: Comment.objects.filter(text=evil).exists())
    shown = article(reader, "<script>document.title=1</script>")
    expect(shown).to_be_visible()
    expect(shown.locator("img, script, .text a")).to_have_count(0)
    assert reader.title() == title


def test_included_html_is_read_without_scripts(stack, hosted, open_browser):
    address = f"{stack.url}/threads/html/?site=vesti&key={ARTICLES[0].key}"
    with urllib.request.urlopen(address) as answer:
        included = answer.read().decode()
    home = hosted(ARTICLES[0].key, included=included)
    page = open_browser(java_script_enabled=False)
    page.goto(home)
    expect(page.get_by_text("Была на защите в Калуге")).to_be_visible()
    scripted = open_browser()
    scripted.goto(home)
    expect(scripted.get_by_label(FIELD)).to_be_visible()
    expect(scripted.get_by_text("Была на защите в Калуге")).to_have_count(1)


def test_times_stay_true(page, hosted):
    key = "times"
    page.clock.install()
    say(key, "Сказано сейчас")
    page.goto(hosted(key))
    time = article(page, "Сказано сейчас").locator("time")
    expect(time).to_have_text("сейчас")
    page.clock.run_for("05:10")
    expect(time).to_have_text("5 минут назад")


def test_discussion_follows_the_key_of_a_page_that_goes_on(page, hosted):
    say("first-page", "Под первым материалом")
    say("second-page", "Под вторым материалом")
    page.goto(hosted("first-page"))
    expect(article(page, "Под первым материалом")).to_be_visible()
    page.evaluate("document.querySelector('otklik-comments').setAttribute('key', 'second-page')")
    expect(article(page, "Под вторым материалом")).to_be_visible()
    expect(article(page, "Под первым материалом")).to_have_count(0)


def test_feed_is_named_where_readers_look_for_it(page, hosted):
    say("fed", "Читают и лентой")
    page.goto(hosted("fed"))
    expect(article(page, "Читают и лентой")).to_be_visible()
    link = page.locator('link[rel="alternate"][type="application/atom+xml"]')
    with urllib.request.urlopen(link.get_attribute("href")) as answer:
        assert "Читают и лентой" in answer.read().decode()


def test_acts_of_others_are_on_the_page_within_five_seconds(page, open_browser, hosted):
    """Four seconds of the page's clock, which the test moves, and the age an answer may have."""
    key = "live"
    say(key, "Было с утра")
    home = hosted(key)
    page.clock.install(time=0)
    page.goto(home)
    count = page.locator("otklik-comments h2 span")
    expect(count).to_have_text("1")
    # Only now: a request under way would run out of time in this leap.
    page.clock.pause_at(60)

    other = open_browser()
    other.goto(home)
    sign_in_by_window(other, other.get_by_role("button", name="Войти"), SECOND_READER)
    signed_in = f"Вы вошли как {SECOND_READER.name}"
    expect(other.get_by_role("status").last).to_contain_text(signed_in)
    send(other, "Пришло только что")
    expect(article(other, "Пришло только что")).to_be_focused()
    fresh = page.get_by_role("status").get_by_role("button", name="1 новый комментарий")
    time.sleep(MOST_AGE)
    page.clock.run_for(4_000)
    expect(fresh).to_be_visible()
    fresh.click()
    expect(article(page, "Пришло только что")).to_be_focused()
    expect(count).to_have_text("2")

    said = Comment.objects.get(text="Пришло только что")
    decide(
        comment=said,
        decision=Decision(DecisionKind.REMOVE, rule_code="insults"),
        editor=account(EDITOR),
    )
    time.sleep(MOST_AGE)
    page.clock.run_for(4_000)
    expect(page.get_by_text("Пришло только что")).to_have_count(0)
    expect(count).to_have_text("1")
