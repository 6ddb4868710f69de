using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace RollbackTools.Commands;

/// <summary>
/// What a worker wants done on the pipeline thread, in order. Once something cannot be done there (an error under
/// <c>-ErrorAction Stop</c>, a downstream cmdlet that has enough), the rest is called off, and that first failure is
/// what the cmdlet ends with.
/// </summary>
internal sealed class PipelineQueue : IDisposable
{
    private readonly BlockingCollection<Item> _items = [];
    private readonly Action _cancel;

    public PipelineQueue(Action cancel) => _cancel = cancel;

    /// <summary>Does something on the pipeline thread some time later.</summary>
    public void Post(Action action) => Add(new Item(action, static () => { }));

    /// <summary>Does something on the pipeline thread and waits for it.</summary>
    /// <exception cref="OperationCanceledException">It was called off.</exception>
    public Task<T> InvokeAsync<T>(Func<T> function)
    {
        // Without this option the worker would go on running on the pipeline thread.
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(new Item(
            () =>
            {
                try
                {
                    done.SetResult(function());
                }
                catch (Exception failure)
                {
                    done.TrySetException(failure);
                    throw;
                }
            },
            () => done.TrySetCanceled()));
        return done.Task;
    }

    /// <summary>Runs a worker and does on this thread what it posts, until it has ended: it is never abandoned.</summary>
    public void Pump(Func<Task> work, CancellationToken stopping)
    {
        // Started whatever happens: the work itself looks at the token, and leaves what it does in order.
        var worker = Task.Run(
            async () =>
            {
                try
                {
                    await work();
                }
                finally
                {
                    _items.CompleteAdding();
                }
            },
            CancellationToken.None);
        ExceptionDispatchInfo? first = null;
        foreach (var item in _items.GetConsumingEnumerable(CancellationToken.None))
        {
            if (first is not null)
            {
                item.CallOff();
                continue;
            }

            try
            {
                item.Do();
            }
            catch (Exception failure)
            {
                first = ExceptionDispatchInfo.Capture(failure);
                _cancel();
            }
        }

        try
        {
            worker.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception) when (first is not null)
        {
            // What the worker met while it was being called off follows from the first failure.
        }

        first?.Throw();
    }

    public void Dispose() => _items.Dispose();

    private void Add(Item item)
    {
        try
        {
            _items.Add(item);
        }
        catch (InvalidOperationException)
        {
            item.CallOff();
        }
    }

    private sealed record Item(Action Do, Action CallOff);
}
