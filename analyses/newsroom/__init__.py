"""The newsroom's pages about analyses beside Django's own forms.

Each module has `urls(admin)`, the addresses under `analyses/analysis/` that it adds, and, where it has something to show on
the editing page, `on_form(request, analysis)`, a dictionary for that page's template.
"""
