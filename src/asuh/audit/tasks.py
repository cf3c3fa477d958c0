"""What the worker does for the trail."""

from procrastinate.contrib.django import app

from asuh.audit import sealing


@app.periodic(cron="* * * * *")
@app.task(name="audit.seal", queueing_lock="audit.seal")
def seal(timestamp: int) -> None:
    """Seal what is finished, every minute."""
    sealing.seal_events()
