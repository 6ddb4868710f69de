using System.Text;

namespace RollbackOps.Adapters.Processes;

/// <summary>The last lines of what a process says, however much it says.</summary>
internal sealed class OutputTail
{
    private const int Lines = 40;
    private const int LineLength = 2000;

    private readonly Queue<string> _lines = new();
    private readonly object _guard = new();

    /// <summary>Reads a stream to its end, or until stopped.</summary>
    public async Task ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var buffer = new char[1024];
        try
        {
            int read;
            while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
            {
                foreach (var character in buffer.AsSpan(0, read))
                {
                    if (character == '\n')
                    {
                        Add(line);
                    }
                    else if (line.Length < LineLength && character != '\r')
                    {
                        line.Append(character);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The grace for the pipes is over: somebody else, a daemon, still holds them open.
        }
        catch (IOException)
        {
            // The other end is gone.
        }

        Add(line);
    }

    public override string ToString()
    {
        lock (_guard)
        {
            return string.Join('\n', _lines);
        }
    }

    private void Add(StringBuilder line)
    {
        if (line.Length == 0)
        {
            return;
        }

        lock (_guard)
        {
            _lines.Enqueue(Inert.Line(line.ToString()));
            if (_lines.Count > Lines)
            {
                _lines.Dequeue();
            }
        }

        line.Clear();
    }
}
