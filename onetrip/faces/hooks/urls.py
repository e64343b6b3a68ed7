"""Addresses that other systems were told: they must never change."""

from django.urls import path

from onetrip.faces.hooks import published, sms, wechat_pay
from onetrip.faces.hooks.wechat import callback

app_name = "hooks"
urlpatterns = [
    path("wechat", callback.callback, name="wechat"),
    path("wechat-pay", wechat_pay.notice, name="wechat_pay"),
    path("sms-receipts", sms.receipts, name="sms_receipts"),
    path("open-data/v1/one-trip.json", published.one_trip_json, name="open_data_json"),
    path("open-data/v1/one-trip.csv", published.one_trip_csv, name="open_data_csv"),
]
