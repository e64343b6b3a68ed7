from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "onetrip.domain.consultations"
    label = "consultations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onetrip.core import live
        from onetrip.domain.consultations import queries
        from onetrip.domain.consultations.services.telling import ANSWERED, YOUR_TURN
        from onetrip.domain.notifications import services as notifications

        notifications.register_text(
            key=YOUR_TURN,
            text=_("%(item)s: it is nearly your turn. Please open the page within %(minutes)s minutes."),
        )

        notifications.register_text(
            key=ANSWERED, text=_("%(item)s: an officer has answered your question. Please open the page.")
        )
        live.register_snapshot("consultation", queries.consultation_document)
        live.register_snapshot("line", queries.line_document)
        live.register_snapshot("post", queries.post_document)
