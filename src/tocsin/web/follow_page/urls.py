"""Addresses under /follow/. A token in one shows that a message reached whoever follows it."""

from django.urls import path

from tocsin.web.follow_page import views

app_name = "follow"

urlpatterns = [
    path("follow/", views.subscribe, name="subscribe"),
    path("follow/asked/", views.asked, name="asked"),
    path("follow/confirm/<str:token>/", views.confirm, name="confirm"),
    path("follow/choose/<str:token>/", views.choose, name="choose"),
    path("follow/leave/<str:token>/", views.leave, name="leave"),
]
