"""Addresses that other systems were told: they must never change."""

from django.urls import path

from onetrip.faces.hooks import sms, wechat_pay
from onetrip.faces.hooks.wechat import callback

app_name = "hooks"
urlpatterns = [
    path("wechat", callback.callback, name="wechat"),
    path("wechat-pay", wechat_pay.notice, name="wechat_pay"),
    path("sms-receipts", sms.receipts, name="sms_receipts"),
]
