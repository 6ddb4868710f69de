namespace RollbackOps.Adapters.Logs;

/// <summary>
/// Reads a line of the Common or Combined Log Format: <c>host ident user [time] "method path protocol" status bytes …</c>.
/// Neither has a duration.
/// </summary>
internal static unsafe class CommonLineParser
{
    /// <summary>The length of <c>[23/Nov/2026:08:00:00 +0000]</c>.</summary>
    private const int TimeLength = 28;

    /// <summary>Reads a line; whether it is one.</summary>
    public static bool TryParse(byte* line, int length, LogLine target)
    {
        target.Clear();
        var rest = new ReadOnlySpan<byte>(line, length);
        var hostEnd = rest.IndexOf((byte)' ');
        var timeAt = TimeAt(rest);
        if (hostEnd <= 0 || timeAt < hostEnd)
        {
            return false;
        }

        var requestAt = timeAt + TimeLength + 2;
        if (!rest[(timeAt + TimeLength)..].StartsWith(" \""u8))
        {
            return false;
        }

        var requestEnd = requestAt + QuoteEnd(rest[requestAt..]);
        if (requestEnd < requestAt || !rest[requestEnd..].StartsWith("\" "u8))
        {
            return false;
        }

        var statusAt = requestEnd + 2;
        var statusLength = rest[statusAt..].IndexOf((byte)' ');
        // The size follows: without it the line was cut, maybe within the status.
        if (statusLength <= 0 || statusAt + statusLength + 1 >= length)
        {
            return false;
        }

        target.Set(LogSlot.Client, line, hostEnd, 's');
        target.Set(LogSlot.Time, line + timeAt + 1, TimeLength - 2, 's');
        target.Set(LogSlot.Status, line + statusAt, statusLength, 'n');
        var request = rest[requestAt..requestEnd];
        var pathAt = request.IndexOf((byte)' ') + 1;
        if (pathAt > 0)
        {
            var pathLength = request[pathAt..].IndexOf((byte)' ');
            target.Set(LogSlot.Path, line + requestAt + pathAt, pathLength < 0 ? request.Length - pathAt : pathLength, 's');
        }

        return true;
    }

    /// <summary>The place of the bracket before the time; names of users may have brackets, too.</summary>
    private static int TimeAt(ReadOnlySpan<byte> line)
    {
        for (var at = 0; at + TimeLength <= line.Length; at++)
        {
            var next = line[at..].IndexOf((byte)'[');
            if (next < 0 || at + next + TimeLength > line.Length)
            {
                return -1;
            }

            at += next;
            if (line[at + 3] == '/' && line[at + 7] == '/' && line[at + 12] == ':' && line[at + TimeLength - 1] == ']')
            {
                return at;
            }
        }

        return -1;
    }

    private static int QuoteEnd(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                return i;
            }

            i += text[i] == '\\' ? 1 : 0;
        }

        return -1;
    }
}
