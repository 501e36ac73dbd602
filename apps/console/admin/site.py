"""The site of the staff: who gets in, which pages there are, and how a refusal looks."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from csp.decorators import csp_update
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from apps.accounts.enums import UserKind
from apps.console.admin import audit, books, customers, home, navigation, queues, search
from apps.console.selectors import staff
from apps.console.services import access
from apps.core.admin import ReadOnlyAdmin, frame
from apps.core.admin.frame import Page
from apps.core.errors import DomainError, Forbidden, Malformed, NotFound

PAGES: Final[tuple[Page, ...]] = (
    *home.PAGES,
    *search.PAGES,
    *customers.PAGES,
    *queues.PAGES,
    *audit.PAGES,
    *books.PAGES,
)


class ConsoleSite(UnfoldAdminSite):  # type: ignore[misc]  # the library has no types
    """Admits staff with a verified second factor. Each page names the codes that open it; nothing changes on GET."""

    def has_permission(self, request: HttpRequest) -> bool:
        return is_staff(request)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take lists that can only be looked at; those that libraries bring along could change rows and are left out.

        Raises: ImproperlyConfigured for one of ours that is not a ReadOnlyAdmin.
        """
        if admin_class is not None and issubclass(admin_class, ReadOnlyAdmin):
            super().register(model_or_iterable, admin_class, **options)
        elif admin_class is None or admin_class.__module__.startswith("apps."):
            message = f"derive {admin_class} from core.admin.ReadOnlyAdmin"
            raise ImproperlyConfigured(message)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        pages = [path(page.route, self.admin_view(page.guarded()), name=page.name) for page in PAGES]
        lists = [
            path(f"{model._meta.app_label}/{model._meta.model_name}/", include(model_admin.urls))
            for model, model_admin in self._registry.items()
        ]
        missing = re_path(r"(?P<url>.*)$", self.admin_view(self.catch_all_view), name="missing")
        doors = [
            path("login/", self.login, name="login"),
            path("logout/", self.admin_view(self.logout), name="logout"),
        ]
        return [*doors, *pages, *lists, missing]

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Return a view that only staff reach, whose refusals are pages, and that names the site for the guards.

        Its pages may open the sockets, and are under the strict policy of the whole site otherwise.
        """
        shown: Any = csp_update({"connect-src": settings.PUBLIC_WS_URL})(super().admin_view(_answered(view), cacheable))
        shown.admin_site = self
        return shown  # type: ignore[no-any-return]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to where people sign in."""
        del extra_context
        wanted = request.GET.get("next", "")
        query = f"?{urlencode({'next': wanted})}" if wanted.startswith("/console/") else ""
        return HttpResponseRedirect(f"{settings.LOGIN_URL}{query}")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the frame of every page shows."""
        return {
            "site_title": _("Strongroom"),
            "environment": _("Demo") if settings.DEMO else "",
            "navigation": navigation.groups(request) if is_staff(request) else [],
            "person": staff.person(request.user),
            "request_id": frame.request_id(request),
        }


def is_staff(request: HttpRequest) -> bool:
    """Tell whether somebody of staff asks who has proved a second factor."""
    user: Any = request.user
    verified = getattr(user, "is_verified", None)
    return bool(
        user.is_authenticated and user.is_active and user.kind == UserKind.STAFF and verified is not None and verified()
    )


def _answered(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """Return a view that answers a refusal with a page which tells nothing of what was asked for."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        try:
            answer = view(request, *args, **values)
            # Rendered here, so that a refusal of a selector in a template is one too.
            return answer.render() if hasattr(answer, "render") else answer  # type: ignore[no-any-return]
        except (PermissionDenied, Forbidden):
            route = request.resolver_match.route if request.resolver_match else ""
            access.deny(route=route, method=str(request.method), by=frame.actor(request), at=frame.at(request))
            return frame.render(request, "console/refusal.html", 403, error=Forbidden()).render()
        except SuspiciousOperation:
            return frame.render(request, "console/refusal.html", 400, error=Malformed()).render()
        except (Http404, NotFound):
            return frame.render(request, "console/refusal.html", 404, error=NotFound()).render()
        except DomainError as error:
            return frame.render(request, "console/refusal.html", error.status, error=error).render()

    return inner
