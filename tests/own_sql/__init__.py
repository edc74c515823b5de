"""Tests of runner.own_sql."""
