"""Running what waits in the queues, in this process, as a worker would."""

from celery import current_app


def run_waiting(queue: str) -> None:
    """Run the tasks of a queue one after the other until it is empty."""
    current_app.loader.import_default_modules()
    with current_app.connection_for_read() as connection:
        channel = connection.default_channel
        while (message := channel.basic_get(queue, no_ack=True)) is not None:
            _, named, _ = message.payload
            current_app.tasks[message.headers["task"]].apply(kwargs=named, throw=True)
