"""Verbs of this app, by what they are about: accounts, files people ask for, spreadsheets of users, jobs."""

from asuh.access.actions.accounts import (
    Invited,
    accept_invitation,
    accept_terms,
    end_account,
    end_accounts,
    end_post,
    end_session,
    end_sessions,
    find_invitation,
    give_post,
    invite_user,
    reopen_account,
    reset_factors,
    unlock,
)
from asuh.access.actions.exports import (
    ask_export,
    make_export,
    open_export,
    remove_export,
    remove_old_exports,
)
from asuh.access.actions.jobs import retry_job
from asuh.access.actions.links import (
    change_user,
    decline,
    grant,
    invite_again,
    propose_link,
)
from asuh.access.actions.spreadsheets import import_users

__all__ = [
    "Invited",
    "accept_invitation",
    "accept_terms",
    "ask_export",
    "change_user",
    "decline",
    "end_account",
    "end_accounts",
    "end_post",
    "end_session",
    "end_sessions",
    "find_invitation",
    "give_post",
    "grant",
    "import_users",
    "invite_again",
    "invite_user",
    "make_export",
    "open_export",
    "propose_link",
    "remove_export",
    "remove_old_exports",
    "reopen_account",
    "reset_factors",
    "retry_job",
    "unlock",
]
