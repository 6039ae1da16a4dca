"""What a browser says about its subscription to push messages."""

from datetime import UTC, datetime
from typing import Any

from django import forms

from ossma.core.push.devices import Subscription
from ossma.core.push.endpoints import LONGEST


class SubscriptionForm(forms.Form):
    """A subscription as the page's script sends it."""

    endpoint = forms.CharField(max_length=LONGEST)
    p256dh = forms.CharField(max_length=100)
    auth = forms.CharField(max_length=40)
    # Milliseconds since 1970, as PushSubscription gives them; most browsers say nothing.
    expires = forms.FloatField(required=False, min_value=0, max_value=1e13)

    def subscription(self) -> Subscription:
        """The values for the actions."""
        data = self.cleaned_data
        expires_at = datetime.fromtimestamp(data["expires"] / 1000, tz=UTC) if data["expires"] else None
        return Subscription(data["endpoint"], data["p256dh"], data["auth"], expires_at)


class RenewalForm(SubscriptionForm):
    """The same with what it was before: whoever knows the former address and its secret is that browser."""

    was_endpoint = forms.CharField(max_length=LONGEST)
    was_auth = forms.CharField(max_length=40)

    def was(self) -> Subscription:
        """As it was."""
        data: dict[str, Any] = self.cleaned_data
        return Subscription(data["was_endpoint"], "", data["was_auth"])
