"""Pages for administering users: who works where as what, since and until when."""

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from asuh.access import actions, letters, limits, lists, paging, roles, sheets
from asuh.access.actions.links import PROPOSAL_LASTS
from asuh.access.actions.spreadsheets import COLUMNS
from asuh.access.asked import key_of, keys_of
from asuh.access.forms import ChangeUserForm, InviteForm, PostForm, SpreadsheetForm, UserFilter
from asuh.access.guards import guard, me, own
from asuh.access.models import Post, Proposal, User, UserImport
from asuh.access.permissions import Can
from asuh.access.refusals import BrokenRule, Refused
from asuh.audit import actions as audit
from asuh.places.querysets import path_names

_LINKS = "fresh_links"


@guard(Can.SEE_USERS)
def index(request: HttpRequest) -> HttpResponse:
    """Who works in the areas one administers?"""
    by = me(request)
    form = UserFilter(request.GET or None)
    rows = User.objects.reachable(by=by, to=Can.SEE_USERS)
    rows = lists.narrowed(rows, form.cleaned_data if form.is_valid() else {})
    if form.errors:
        rows = rows.none()
    found = paging.page(request, rows, order=("name", "pk"))
    lists.with_posts(found.items)
    context = {
        "page": found,
        "filter_form": form,
        "chips": _chips(request, form),
        "clear_url": "?",
        "may_manage": by.can(Can.MANAGE_USERS),
        "waiting": Proposal.objects.reachable(by=by, to=Can.CONFIRM_LINKS)
        .waiting(timezone.now() - PROPOSAL_LASTS)
        .exclude(asked_by=by)
        .select_related("user"),
        "export_url": reverse("access:export_new", args=["access.users"]) + _filters(request, form),
        "crumbs": [(_("Beranda"), reverse("desk:home")), (_("Pengguna & peran"), None)],
    }
    return render(request, "access/users.html", context)


def _filters(request: HttpRequest, form: UserFilter) -> str:
    chosen = {name: value for name, value in request.GET.items() if name in form.fields and value}
    return f"?{urlencode(chosen)}" if chosen else ""


def _chips(request: HttpRequest, form: UserFilter) -> list[dict[str, str]]:
    chips = []
    for name, field in form.fields.items():
        value = request.GET.get(name)
        if not value:
            continue
        query = request.GET.copy()
        query.pop(name)
        query.pop("after", None)
        words = dict(getattr(field, "choices", [])).get(value, value)
        chips.append({"label": f"{field.label}: {words}", "url": f"?{query.urlencode()}"})
    return chips


@guard(Can.MANAGE_USERS)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody, with a first post."""
    by = me(request)
    form = InviteForm(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                invited = actions.invite_user(
                    given["username"],
                    name=given["name"],
                    email=given["email"],
                    phone=given["phone"],
                    area_key=given["area_key"],
                    office_code=given["office_code"],
                    by=by,
                )
                if given["role"]:
                    area = given["area_key"] if given["post_area"] is None else given["post_area"]
                    actions.give_post(
                        invited.user, role=given["role"], area_key=area, ends_on=given["ends_on"], by=by
                    )
        except (Refused, BrokenRule) as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _hand_over(request, invited)
            messages.success(request, _("%(name)s diundang.") % {"name": invited.user.name})
            return redirect("access:user", pk=invited.user.pk)
    context = {
        "form": form,
        "save_label": _("Undang pengguna"),
        "cancel_url": reverse("access:users"),
        "crumbs": [(_("Pengguna & peran"), reverse("access:users")), (_("Undang"), None)],
    }
    return render(request, "access/invite.html", context, status=422 if form.errors else 200)


def _address(request: HttpRequest) -> Callable[[str], str]:
    """How a token becomes a link."""
    return lambda token: request.build_absolute_uri(reverse("invitation_open", args=[token]))


def _hand_over(request: HttpRequest, invited: actions.Invited, *, in_person: bool = False) -> None:
    """Send the link by mail where that can be; show it once to whoever may hold it otherwise.

    in_person: it is theirs to hand over, by mail or not.
    """
    if not invited.token:
        messages.info(request, _("Tautan masuk dikirim ke surelnya, dan hanya ke sana."))
        return
    link = _address(request)(invited.token)
    if not in_person and letters.reaches(invited.user) and letters.send_invitation(invited.user, link):
        messages.info(request, _("Tautan masuk dikirim ke surelnya."))
        return
    links = request.session.get(_LINKS, {})
    links[str(invited.user.pk)] = link
    request.session[_LINKS] = links


@guard(Can.SEE_USERS, of=User)
def show(request: HttpRequest, user: User) -> HttpResponse:
    """Everything about one user's rights: what, where, until when."""
    by = me(request)
    today = timezone.localdate()
    posts = list(Post.objects.filter(user=user).order_by("-starts_on", "-pk"))
    names = path_names([user.area_key, *(post.area_key for post in posts)])
    links = request.session.get(_LINKS, {})
    link = links.pop(str(user.pk), "")
    if link:
        request.session[_LINKS] = links
    waiting = list(
        Proposal.objects.waiting(timezone.now() - PROPOSAL_LASTS).filter(user=user).select_related("asked_by")
    )
    if by.pk != user.pk:
        audit.record("access.rights_opened", by=by, on=("user", user.pk), area_key=user.area_key)
    may_manage = by.can(Can.MANAGE_USERS)
    context = {
        "shown": user,
        "area": names.get(user.area_key, "") if user.area_key else _("seluruh Indonesia"),
        "link": link,
        "posts": [
            lists.post_words(post, names)
            | {
                "field_id": f"alasan-{post.pk}",
                "held": post.held_on(today),
                "coming": post.starts_on > today and post.ends_on != post.starts_on,
                "may_end": may_manage
                and by.pk != user.pk
                and (post.ends_on is None or post.ends_on > today)
                and limits.may(
                    limits.check_may_give,
                    by,
                    role=post.role,
                    area_key=post.area_key,
                    office_code=post.office_code,
                ),
            }
            for post in posts
        ],
        "rights": _rights(user, names),
        "sessions": UserSession.objects.purge_and_list(user),
        "acceptances": user.acceptances.order_by("-accepted_at"),
        "locked": AccessAttempt.objects.filter(
            username=user.username, failures_since_start__gte=settings.AXES_FAILURE_LIMIT
        ).exists(),
        "invited_until": user.invitations.filter(used_at=None, expires_at__gt=timezone.now())
        .order_by("-expires_at")
        .values_list("expires_at", flat=True)
        .first(),
        "waiting": waiting,
        "may_confirm": [
            each.pk
            for each in waiting
            if each.asked_by_id != by.pk and limits.may(limits.check_may_confirm, by, user, on=today)
        ],
        "used": user.has_been_used(),
        "by_mail": letters.reaches(user),
        "mail_leaves": letters.mail_leaves(),
        "may_manage": may_manage,
        "may_change": may_manage and limits.may(limits.check_may_manage, by, user, on=today),
        "crumbs": [(_("Pengguna & peran"), reverse("access:users")), (user.username, None)],
    }
    return render(request, "access/user.html", context)


def _rights(user: User, names: dict[str, str]) -> list[dict[str, Any]]:
    """Each right with the posts of today that grant it: what × where × until."""
    found = []
    for code, label in roles.all_permissions().items():
        posts = user.posts_for(code)
        if posts:
            found.append({"label": label, "posts": [lists.post_words(post, names) for post in posts]})
    return found


@guard(Can.MANAGE_USERS, of=User)
def change(request: HttpRequest, user: User) -> HttpResponse:
    """Correct name, mail and telephone."""
    initial = {"name": user.name, "email": user.email, "phone": user.phone}
    form = ChangeUserForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            waits = actions.change_user(user, by=me(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Keterangan disimpan."))
            if waits:
                messages.info(request, _("Surel baru menunggu persetujuan pejabat pelindungan data."))
            return redirect("access:user", pk=user.pk)
    context = {
        "form": form,
        "shown": user,
        "cancel_url": reverse("access:user", args=[user.pk]),
        "crumbs": _crumbs(user, _("Ubah")),
    }
    return render(request, "access/user_change.html", context, status=422 if form.errors else 200)


@guard(Can.MANAGE_USERS, of=User)
def give_post(request: HttpRequest, user: User) -> HttpResponse:
    """Give one more post."""
    by = me(request)
    form = PostForm(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_post(user, by=by, **form.cleaned_data)
        except (Refused, BrokenRule) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Penugasan diberikan."))
            return redirect("access:user", pk=user.pk)
    context = {
        "form": form,
        "shown": user,
        "save_label": _("Beri penugasan"),
        "cancel_url": reverse("access:user", args=[user.pk]),
        "crumbs": _crumbs(user, _("Beri penugasan")),
    }
    return render(request, "access/give_post.html", context, status=422 if form.errors else 200)


def _crumbs(user: User, here: str) -> list[tuple[str, str | None]]:
    return [
        (_("Pengguna & peran"), reverse("access:users")),
        (user.username, reverse("access:user", args=[user.pk])),
        (here, None),
    ]


def _do(
    request: HttpRequest, user: User, verb: Callable[[], Any], done: str, *, in_person: bool = False
) -> HttpResponse:
    """Carry out a verb, say how it went, and return to the user's page."""
    try:
        result = verb()
    except (Refused, BrokenRule) as refusal:
        messages.error(request, str(refusal))
    else:
        if isinstance(result, actions.Invited):
            _hand_over(request, result, in_person=in_person)
        messages.success(request, done)
    return redirect("access:user", pk=user.pk)


@require_POST
@guard(Can.MANAGE_USERS, of=User)
def end_post(request: HttpRequest, user: User, post: int) -> HttpResponse:
    """End one post today."""
    found = Post.objects.filter(user=user, pk=post).first()
    if found is None:
        return redirect("access:user", pk=user.pk)
    why = request.POST.get("reason", "")
    return _do(
        request,
        user,
        lambda: actions.end_post(found, by=me(request), why=why),
        _("Penugasan berakhir hari ini."),
    )


@require_POST
@guard(Can.MANAGE_USERS, of=User)
def invite_again(request: HttpRequest, user: User) -> HttpResponse:
    """A new link for somebody who forgot the password or let the link run out."""
    return _do(
        request,
        user,
        lambda: actions.invite_again(user, by=me(request), address=_address(request)),
        _("Tautan masuk baru dibuat."),
    )


@require_POST
@guard(Can.MANAGE_USERS, of=User)
def propose_link(request: HttpRequest, user: User) -> HttpResponse:
    """The same for an account in use that cannot be written to: a second person decides."""
    why = request.POST.get("reason", "")
    return _do(
        request,
        user,
        lambda: actions.propose_link(user, by=me(request), why=why),
        _("Permintaan menunggu persetujuan pejabat pelindungan data."),
    )


@require_POST
@guard(Can.CONFIRM_LINKS, of=User)
def decide(request: HttpRequest, user: User, proposal: int) -> HttpResponse:
    """Grant or decline what an administrator asks for this account."""
    found = Proposal.objects.filter(user=user, pk=proposal).first()
    if found is None:
        return redirect("access:user", pk=user.pk)
    if request.POST.get("what") == "grant":
        return _do(
            request, user, lambda: actions.grant(found, by=me(request)), _("Disetujui."), in_person=True
        )
    why = request.POST.get("reason", "")
    return _do(request, user, lambda: actions.decline(found, by=me(request), why=why), _("Ditolak."))


@require_POST
@guard(Can.MANAGE_USERS, of=User)
def end_account(request: HttpRequest, user: User) -> HttpResponse:
    """End the account with everything in it."""
    why = request.POST.get("reason", "")
    return _do(request, user, lambda: actions.end_account(user, by=me(request), why=why), _("Akun diakhiri."))


@require_POST
@guard(Can.MANAGE_USERS, of=User)
def reopen_account(request: HttpRequest, user: User) -> HttpResponse:
    """Open an ended account again, without posts."""
    why = request.POST.get("reason", "")
    return _do(
        request,
        user,
        lambda: actions.reopen_account(user, by=me(request), why=why),
        _("Akun dibuka kembali, tanpa penugasan; buatlah tautan masuknya."),
    )


@require_POST
@guard(Can.MANAGE_USERS, of=User)
def unlock(request: HttpRequest, user: User) -> HttpResponse:
    """Let somebody try again who was locked out."""
    return _do(request, user, lambda: actions.unlock(user, by=me(request)), _("Kunci dibuka."))


@require_POST
@guard(Can.MANAGE_USERS, of=User)
def end_sessions(request: HttpRequest, user: User) -> HttpResponse:
    """Sign somebody out on every device, or on one."""
    session = key_of(request.POST.get("session", ""))
    if session is not None:
        return _do(
            request,
            user,
            lambda: actions.end_session(user, session_id=session, by=me(request)),
            _("Perangkat itu dikeluarkan."),
        )
    return _do(
        request, user, lambda: actions.end_sessions(user, by=me(request)), _("Semua perangkat dikeluarkan.")
    )


@require_POST
@guard(Can.MANAGE_USERS)
def end_many(request: HttpRequest) -> HttpResponse:
    """End the chosen accounts, or only their sessions; each stands for itself."""
    by = me(request)
    chosen = keys_of(request.POST.getlist("pilih"))
    users = list(User.objects.reachable(by=by, to=Can.MANAGE_USERS).filter(pk__in=chosen))
    if request.POST.get("what") == "sessions":
        refused = {}
        for user in users:
            try:
                actions.end_sessions(user, by=by)
            except Refused as refusal:
                refused[user] = str(refusal)
        done = ngettext("%(count)s pengguna dikeluarkan.", "%(count)s pengguna dikeluarkan.", len(users))
    else:
        try:
            refused = actions.end_accounts(users, by=by, why=request.POST.get("reason", ""))
        except BrokenRule as refusal:
            messages.error(request, str(refusal))
            return redirect("access:users")
        done = ngettext("%(count)s akun diakhiri.", "%(count)s akun diakhiri.", len(users))
    for user, why in refused.items():
        messages.error(request, f"{user.username}: {why}")
    messages.success(request, done % {"count": len(users) - len(refused)})
    return redirect("access:users")


@guard(Can.MANAGE_USERS)
def import_users(request: HttpRequest) -> HttpResponse:
    """Invite many at once from a spreadsheet."""
    by = me(request)
    form = SpreadsheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]

        def tell(invited: actions.Invited) -> None:
            letters.send_invitation(invited.user, _address(request)(invited.token))

        try:
            record = actions.import_users(file.name, file.read(), by=by, tell=tell)
        except sheets.NotASheet as error:
            form.add_error("file", str(error))
        else:
            return redirect("access:import_result", pk=record.pk)
    context = {
        "form": form,
        "save_label": _("Impor pengguna"),
        "cancel_url": reverse("access:users"),
        "roles": roles.all_roles().values(),
        "crumbs": [(_("Pengguna & peran"), reverse("access:users")), (_("Impor"), None)],
    }
    return render(request, "access/import_users.html", context, status=422 if form.errors else 200)


@guard(Can.MANAGE_USERS)
def import_template(request: HttpRequest) -> HttpResponse:
    """An empty spreadsheet with the right heads and one example."""
    example = [
        "siti.rahmawati",
        "Siti Rahmawati",
        "siti@contoh.go.id",
        "0812 0000 0000",
        "35.22",
        "",
        "case_worker",
        "35.22",
        "01/02/2026",
        "",
    ]
    return _sheet("templat-pengguna.xlsx", COLUMNS, [example])


@own(UserImport)
def import_result(request: HttpRequest, record: UserImport) -> HttpResponse:
    """What became of each row."""
    context = {
        "record": record,
        "outcome": [
            {"label": _("Diundang"), "value": record.invited_count},
            {"label": _("Gagal"), "value": len(record.problems)},
            {"label": _("Baris seluruhnya"), "value": record.rows_count},
        ],
        "crumbs": [
            (_("Pengguna & peran"), reverse("access:users")),
            (_("Impor"), reverse("access:import_users")),
            (_("Hasil"), None),
        ],
    }
    return render(request, "access/import_result.html", context)


@own(UserImport)
def import_log(request: HttpRequest, record: UserImport) -> HttpResponse:
    """The rows that failed, as a spreadsheet."""
    heads = [_("Baris"), _("Nama pengguna"), _("Mengapa gagal")]
    return _sheet("impor-pengguna-gagal.xlsx", heads, record.problems)


@guard(Can.SEE_USERS)
def matrix(request: HttpRequest) -> HttpResponse:
    """Which role may do what?"""
    context = {
        "roles": list(roles.all_roles().values()),
        "rows": _matrix(),
        "crumbs": [(_("Pengguna & peran"), reverse("access:users")), (_("Peran dan hak"), None)],
    }
    return render(request, "access/matrix.html", context)


def _matrix() -> list[dict[str, Any]]:
    every = list(roles.all_roles().values())
    return [
        {"code": code, "label": label, "granted": [(role, code in role.grants) for role in every]}
        for code, label in roles.all_permissions().items()
    ]


@guard(Can.SEE_USERS)
def matrix_download(request: HttpRequest) -> HttpResponse:
    """The same as a spreadsheet."""
    every = list(roles.all_roles().values())
    rows = [[row["label"], *("✓" if has else "" for _role, has in row["granted"])] for row in _matrix()]
    audit.record("access.matrix_downloaded", by=me(request))
    return _sheet("peran-dan-hak.xlsx", [_("Hak"), *(role.name for role in every)], rows)


def _sheet(name: str, heads: Any, rows: Any) -> HttpResponse:
    target = io.BytesIO()
    sheets.write_xlsx(target, heads, rows)
    return HttpResponse(
        target.getvalue(),
        content_type=sheets.XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
