"""The verbs of this module, by the door they belong to: citizens by phone, staff by password, everybody's profile."""

from onetrip.domain.accounts.services.citizens import CodeSent, send_phone_code, sign_in_with_code
from onetrip.domain.accounts.services.counter import find_person, give_phone
from onetrip.domain.accounts.services.merging import merge_citizens, prove_other_phone
from onetrip.domain.accounts.services.profiles import record_look, set_name, set_preferences
from onetrip.domain.accounts.services.second_factor import (
    Enrolment,
    begin_enrolment,
    confirm_enrolment,
    pass_second_factor,
    reset_second_factor,
)
from onetrip.domain.accounts.services.staff import (
    PasswordAccepted,
    accept_password,
    close_account,
    ensure_staff,
    set_password,
)
from onetrip.domain.accounts.services.telling import (
    ask_email,
    confirm_email,
    forget_email,
    set_message_wish,
    tell,
)
from onetrip.domain.accounts.services.wechat import bind_wechat, sign_in_with_wechat, unbind_wechat

__all__ = [
    "CodeSent",
    "Enrolment",
    "PasswordAccepted",
    "accept_password",
    "ask_email",
    "begin_enrolment",
    "bind_wechat",
    "close_account",
    "confirm_email",
    "confirm_enrolment",
    "ensure_staff",
    "find_person",
    "forget_email",
    "give_phone",
    "merge_citizens",
    "pass_second_factor",
    "prove_other_phone",
    "record_look",
    "reset_second_factor",
    "send_phone_code",
    "set_message_wish",
    "set_name",
    "set_password",
    "set_preferences",
    "sign_in_with_code",
    "sign_in_with_wechat",
    "tell",
    "unbind_wechat",
]
