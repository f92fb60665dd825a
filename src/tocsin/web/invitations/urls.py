"""Addresses of inviting. They stand before those of the desk's screens, whose `people/<name>/` would swallow them."""

from django.urls import path

from tocsin.web.invitations import views

app_name = "invitations"

urlpatterns = [
    path("people/invite/", views.invite, name="invite"),
    path("people/<str:username>/link/", views.new_link, name="new_link"),
    path("people/<str:username>/forget-factor/", views.forget_factor, name="forget_factor"),
    path("account/link/", views.set_password, name="set_password"),
    path("account/link/<str:token>/", views.open_link, name="open_link"),
]
