"""From the place in the course to the core teacher and back: the form, the thread, the list, the count on the desk."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from boidung_xblock.activities.models import Activity
from boidung_xblock.drafts import api as drafts
from boidung_xblock.host import Masquerade
from boidung_xblock.selfstudy.models import CheckpointWork, StepAnswer
from boidung_xblock.support.models import Question, QuestionMessage
from tests import factories
from tests.factories import COURSE, OTHER_COURSE, World
from tests.pages.reading import form_of, own_queries, text_of
from tests.support.talk import PLACE, TITLE, ask, said, say

DESK = reverse("boidung:desk", args=[COURSE])
LIST = reverse("boidung:questions", args=[COURSE])


def ask_url(made: World, place: str = PLACE) -> str:
    query = urlencode({"usage": made.activity.usage_key, "place": place})
    return f"{reverse('boidung:ask', args=[COURSE])}?{query}"


def thread_url(question: Question) -> str:
    return reverse("boidung:question", args=[question.course_key, question.pk])


def send(client: Any, url: str, text: str, **changes: Any) -> Any:
    """Fill the form of the page and send it."""
    return client.post(url, {**form_of(client.get(url)), "text": text, **changes})


def rows(response: Any) -> list[str]:
    """What stands as the title of each line."""
    return re.findall(r'class="bd-desk__name" href="[^"]*">([^<]*)<', text_of(response))


def open_on_desk(response: Any) -> int:
    found = re.search(r"data-bd-open-questions>(\d+)<", text_of(response))
    assert found
    return int(found[1])


def test_asked_answered_and_asked_further(world: World, browse: Any) -> None:
    an, lan = browse(world.an), browse(world.lan)
    sent = send(an, ask_url(world), "Lớp 60 em thì chia nhóm thế nào?")
    assert sent.status_code == 303
    question = Question.objects.get()
    assert sent["Location"] == thread_url(question)
    assert "Your question is with Trần Thị Lan" in text_of(an.get(thread_url(question)))
    assert open_on_desk(lan.get(DESK)) == 1
    assert rows(lan.get(LIST)) == ["Nguyễn Văn Ân"]

    assert send(lan, thread_url(question), "Chia theo bàn.").status_code == 303
    assert open_on_desk(lan.get(DESK)) == 0
    page = text_of(an.get(thread_url(question)))
    assert "Chia theo bàn." in page
    assert "Trần Thị Lan" in page
    assert f'href="/jump_to/{world.activity.usage_key}"' in page

    send(an, thread_url(question), "Còn học sinh vắng?")
    assert open_on_desk(lan.get(DESK)) == 1
    assert [is_answer for _, is_answer, _ in said(question)] == [False, True, False]


def test_the_form_shows_the_place_what_was_written_there_and_whom_one_asks(world: World, browse: Any) -> None:
    client = browse(world.an)
    page = text_of(client.get(ask_url(world)))
    assert TITLE in page
    assert world.activity.title in page
    assert "Your question goes to Trần Thị Lan." in page
    factories.submit(world.an, world.activity, text="Bản đã nộp")
    assert "Bản đã nộp" in text_of(client.get(ask_url(world)))
    payload = {"answers": {PLACE: "Bản đang gõ"}}
    drafts.save(
        activity_id=world.activity.pk, user_id=world.an.pk, client_key=factories.key(), version=0, payload=payload
    )
    page = text_of(client.get(ask_url(world)))
    assert "Bản đang gõ" in page
    assert "Bản đã nộp" not in page


def test_without_a_core_teacher_the_course_team_is_asked(world: World, browse: Any) -> None:
    factories.host().enrol(user_id=world.outsider.pk, course_key=COURSE)
    assert "goes to the staff of the course" in text_of(browse(world.outsider).get(ask_url(world)))


@pytest.mark.parametrize("place", ["", "gone-since"])
def test_a_place_that_is_gone_stands_for_the_whole_activity(world: World, browse: Any, place: str) -> None:
    assert send(browse(world.an), ask_url(world, place), "Hỏi chung").status_code == 303
    assert (Question.objects.get().place, Question.objects.get().place_title) == ("", "")


def test_a_marker_sees_the_work_the_question_is_about(world: World, browse: Any) -> None:
    work = factories.submit(world.an, world.activity, text="Tôi đã chia nhóm theo bàn")
    question = ask(world, world.an)
    page = text_of(browse(world.lan).get(thread_url(question)))
    assert "Tôi đã chia nhóm theo bàn" in page
    assert reverse("boidung:work", args=[COURSE, work.pk]) in page
    own = text_of(browse(world.an).get(thread_url(question)))
    assert "Tôi đã chia nhóm theo bàn" in own
    assert "/work/" not in own


def test_what_is_typed_or_was_taken_back_is_not_shown_to_a_marker(world: World, browse: Any) -> None:
    question, lan = ask(world, world.an), browse(world.lan)
    payload = {"answers": {PLACE: "Chưa nộp"}}
    drafts.save(
        activity_id=world.activity.pk, user_id=world.an.pk, client_key=factories.key(), version=0, payload=payload
    )
    assert "Chưa nộp" not in text_of(lan.get(thread_url(question)))
    factories.withdraw(world.an, factories.submit(world.an, world.activity, text="Đã rút"))
    page = text_of(lan.get(thread_url(question)))
    assert "Đã rút" not in page
    assert "/work/" not in page


def test_a_question_about_a_checkpoint_shows_the_last_answer_to_the_step(world: World, browse: Any) -> None:
    place = factories.activity("c1", prompts=None)
    settings = {"steps": [{"slug": "khac-truoc", "title": "Điều gì khác trước?", "kind": "short_answer"}]}
    Activity.objects.filter(pk=place.pk).update(settings=settings, kind="boidung_checkpoint")
    moment = timezone.now()
    work = CheckpointWork.objects.create(activity=place, course_key=COURSE, learner=world.an, started_at=moment)
    for number, text in ((1, "Lần đầu"), (2, "Lần sau")):
        made = {"number": number, "text": text, "client_key": factories.key(), "created_at": moment}
        StepAnswer.objects.create(work=work, step="khac-truoc", answer={}, answered_by=world.an, **made)
    world.activity = factories.fresh(place)
    assert send(browse(world.an), ask_url(world, "khac-truoc"), "Như thế đã đủ chưa?").status_code == 303
    question = Question.objects.get()
    assert question.place_title == "Điều gì khác trước?"
    for account in (world.an, world.lan):
        page = text_of(browse(account).get(thread_url(question)))
        assert "Lần sau" in page
        assert "Lần đầu" not in page


def test_a_former_core_teacher_keeps_the_question_and_does_not_see_work_of_the_new_group(
    world: World, browse: Any
) -> None:
    question = ask(world, world.an)
    factories.move(world.an, world.round, world.letters)
    factories.submit(world.an, world.activity, text="Viết ở tổ mới")
    response = browse(world.lan).get(thread_url(question))
    assert response.status_code == 200
    assert "Viết ở tổ mới" not in text_of(response)
    assert "/work/" not in text_of(response)
    assert browse(world.hung).get(thread_url(question)).status_code == 403


@pytest.mark.parametrize(
    ("role", "form", "thread", "questions"),
    [
        ("an", 200, 200, 200),
        ("mai", 200, 403, 200),
        ("tam", 200, 403, 200),
        ("binh", 200, 403, 200),
        ("lan", 403, 200, 200),
        ("hung", 403, 403, 200),
        ("quang", 403, 403, 403),
        ("staff", 403, 200, 200),
        ("instructor", 403, 200, 200),
        ("admin", 403, 200, 200),
        ("boss", 403, 200, 200),
        ("outsider", 403, 403, 403),
    ],
)
def test_who_may_open_what(world: World, browse: Any, role: str, form: int, thread: int, questions: int) -> None:
    question, client = ask(world, world.an), browse(getattr(world, role))
    found = [client.get(url).status_code for url in (ask_url(world), thread_url(question), LIST)]
    assert found == [form, thread, questions]


@pytest.mark.parametrize("role", ["mai", "hung", "quang", "outsider"])
def test_a_post_by_others_is_refused_and_stores_nothing(world: World, browse: Any, role: str) -> None:
    question, account = ask(world, world.an), getattr(world, role)
    data = {"for_user": account.pk, "client_key": factories.key(), "row_version": "1", "text": "Không được"}
    assert browse(account).post(thread_url(question), data).status_code == 403
    assert QuestionMessage.objects.count() == 1


def test_visitors_are_sent_to_log_in_and_come_back_to_the_place(world: World, browse: Any) -> None:
    response = browse().get(ask_url(world))
    assert response.status_code == 302
    assert "place%3D" in response["Location"]


def test_a_form_of_another_login_stores_nothing_and_leads_back_to_the_place(world: World, browse: Any) -> None:
    form = form_of(browse(world.an).get(ask_url(world)))
    response = browse(world.mai).post(ask_url(world), {**form, "text": "Của Ân"})
    assert response.status_code == 403
    assert "Của Ân" in text_of(response)
    assert ask_url(world).replace("&", "&amp;") in text_of(response)
    assert not Question.objects.exists()


def test_unknown_activities_places_and_questions_are_not_found(world: World, browse: Any) -> None:
    elsewhere = factories.activity("x1", course_key=OTHER_COURSE)
    client, base = browse(world.an), reverse("boidung:ask", args=[COURSE])
    for address in (base, f"{base}?{urlencode({'usage': elsewhere.usage_key})}", f"{base}?usage=nonsense"):
        assert client.get(address).status_code == 404
    assert client.get(reverse("boidung:question", args=[COURSE, 10**6])).status_code == 404
    assert client.get(reverse("boidung:questions", args=["course-v1:no+such+course"])).status_code == 404


@pytest.mark.parametrize("mask", [Masquerade.ROLE, Masquerade.LEARNER])
def test_viewing_as_a_learner_says_why(world: World, browse: Any, mask: Masquerade) -> None:
    factories.host().wear_mask(COURSE, mask)
    for url in (ask_url(world), LIST):
        response = browse(world.staff).get(url)
        assert response.status_code == 403
        assert "Switch back to your own role" in text_of(response)


def test_empty_words_show_the_form_again(world: World, browse: Any) -> None:
    question = ask(world, world.an)
    for account, url in ((world.an, ask_url(world)), (world.lan, thread_url(question))):
        response = send(browse(account), url, "  ")
        assert response.status_code == 400
        assert "Please write your message." in text_of(response)
    assert QuestionMessage.objects.count() == 1


def test_who_was_slower_sees_the_other_answer_and_keeps_the_own_words(world: World, browse: Any) -> None:
    question, staff = ask(world, world.an), browse(world.staff)
    form = form_of(staff.get(thread_url(question)))
    say(world.lan, question, "Lan đã trả lời")
    response = staff.post(thread_url(question), {**form, "text": "Ý của ban tổ chức"})
    assert response.status_code == 409
    page = text_of(response)
    assert "Lan đã trả lời" in page
    assert form_of(response)["text"].strip() == "Ý của ban tổ chức"
    again = staff.post(thread_url(question), form_of(response))
    assert again.status_code == 303
    assert len(said(question)) == 3


def test_a_repeated_post_asks_once(world: World, browse: Any) -> None:
    client = browse(world.an)
    data = {**form_of(client.get(ask_url(world))), "text": "Một lần"}
    assert client.post(ask_url(world), data)["Location"] == client.post(ask_url(world), data)["Location"]
    assert Question.objects.count() == 1


def test_tabs_of_those_who_answer(world: World, browse: Any) -> None:
    ask(world, world.an)
    say(world.lan, ask(world, world.mai))
    ask(world, world.binh)
    lan = browse(world.lan)
    assert rows(lan.get(LIST)) == ["Nguyễn Văn Ân"]
    assert rows(lan.get(f"{LIST}?state=answered")) == ["Hồ Thị Mai"]
    assert sorted(rows(lan.get(f"{LIST}?state=all"))) == ["Hồ Thị Mai", "Nguyễn Văn Ân"]
    assert re.findall(r'class="bd-count">(\d+)<', text_of(lan.get(LIST))) == ["1", "1", "2"]
    assert len(rows(browse(world.staff).get(f"{LIST}?state=all"))) == 3


def test_a_core_teacher_who_learns_too_has_their_own_questions_apart(world: World, browse: Any) -> None:
    factories.host().enrol(user_id=world.lan.pk, course_key=COURSE)
    ask(world, world.lan, "Của cô Lan")
    ask(world, world.an, "Của thầy Ân")
    lan = browse(world.lan)
    assert "Của cô Lan" not in text_of(lan.get(LIST))
    own = text_of(lan.get(f"{LIST}?state=mine"))
    assert "Của cô Lan" in own
    assert "Của thầy Ân" not in own


def test_a_teacher_sees_all_of_their_own_and_nobody_elses(world: World, browse: Any) -> None:
    say(world.lan, ask(world, world.an, "Câu cũ"))
    ask(world, world.an, "Câu mới")
    ask(world, world.mai, "Câu của Mai")
    page = text_of(browse(world.an).get(LIST))
    assert "Câu cũ" in page
    assert "Câu mới" in page
    assert "Câu của Mai" not in page
    assert DESK + '"' not in page


def test_hostile_words_are_text(world: World, browse: Any) -> None:
    author = factories.user("evil", "<script>alert(1)</script>", enrolled_in=COURSE)
    question = ask(world, author, "<script>alert(2)</script>")
    client = browse(world.staff)
    for url in (LIST, thread_url(question)):
        assert "<script>alert" not in text_of(client.get(url))
        assert "&lt;script&gt;alert(2)" in text_of(client.get(url))


def _many(world: World, number: int) -> None:
    """``number`` more open questions of learners of the group, each with an answer and a further question."""
    factories.crowd(world.activity, world.maths, number)
    asked = set(Question.objects.values_list("author_id", flat=True))
    authors = world.activity.reflections.exclude(author_id__in=asked).values_list("author_id", "author_name")
    moment = timezone.now()
    common = {"activity": world.activity, "course_key": COURSE, "group": world.maths, "place": PLACE}
    Question.objects.bulk_create(
        [
            Question(author_id=pk, author_name=name, asked_at=moment, changed_at=moment, row_version=3, **common)
            for pk, name in authors
        ],
        batch_size=200,
    )
    fresh = Question.objects.filter(messages=None)
    QuestionMessage.objects.bulk_create(
        [
            QuestionMessage(
                question=row, number=n, is_answer=n == 2, text="…", client_key=f"{row.pk}-{n}", created_at=moment
            )
            for row in fresh
            for n in (1, 2, 3)
        ],
        batch_size=200,
    )


def test_queries_do_not_grow_with_the_number_of_questions(world: World, browse: Any) -> None:
    factories.submit(world.an, world.activity)
    question = ask(world, world.an)
    visits = [
        (browse(world.lan), f"{LIST}?state=all"),
        (browse(world.lan), thread_url(question)),
        (browse(world.staff), LIST),
        (browse(world.lan), DESK),
        (browse(world.an), thread_url(question)),
        (browse(world.an), ask_url(world)),
        (browse(world.an), LIST),
    ]
    _many(world, 10)
    few = [_cost(client, url) for client, url in visits]
    _many(world, 990)
    assert Question.objects.count() == 1001
    assert [_cost(client, url) for client, url in visits] == few
    assert max(few) <= 10


def _cost(client: Any, url: str) -> int:
    with own_queries() as found:
        assert client.get(url).status_code == 200
    return len(found)
