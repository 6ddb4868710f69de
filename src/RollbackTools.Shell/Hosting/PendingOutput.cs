using RollbackTools.Shell.Terminal;

namespace RollbackTools.Shell.Hosting;

/// <summary>
/// Writes out what the formatter holds back. A table whose columns fit their contents is kept for up to 300 ms while
/// its rows come in; a program or a question that came after it would otherwise be seen before it.
/// </summary>
internal sealed class PendingOutput(TerminalOutput output)
{
    private readonly Stack<Action> _writers = new();

    /// <summary>Counts what has been written.</summary>
    public int WriteCount => output.WriteCount;

    /// <summary>Writes it out, in the pipeline that runs now.</summary>
    public void Flush()
    {
        if (_writers.TryPeek(out var write))
        {
            write();
        }
    }

    /// <summary>A pipeline's output begins.</summary>
    public void Begin(Action write) => _writers.Push(write);

    /// <summary>The output of the pipeline that began last has ended.</summary>
    public void End() => _writers.TryPop(out _);

    /// <summary>Nothing runs any more.</summary>
    public void Clear() => _writers.Clear();
}
