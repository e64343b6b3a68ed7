from django.apps import AppConfig


class WechatConfig(AppConfig):
    name = "onetrip.domain.wechat"
    label = "wechat"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onetrip.domain.wechat import jobs  # noqa: F401  (registers the jobs)
