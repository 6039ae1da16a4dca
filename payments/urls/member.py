"""お支払い."""

from django.urls import path

from payments.views import giving_up, member

app_name = "payments"
urlpatterns = [
    path("", member.payment_list, name="list"),
    path("<int:payment_id>/", member.detail, name="detail"),
    path("<int:payment_id>/state/", member.state, name="state"),
    path("<int:payment_id>/start/", member.start, name="start"),
    path("<int:payment_id>/give-up/", giving_up.give_up, name="give_up"),
    path("<int:payment_id>/receipt/", member.receipt, name="receipt"),
    path("<int:payment_id>/refund/", member.refund_account, name="refund"),
]
