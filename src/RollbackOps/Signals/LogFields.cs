namespace RollbackOps.Signals;

/// <summary>Where a line of JSON has what is counted; a dot leads into an object. Null is a field the log lacks.</summary>
public sealed record LogFields
{
    internal LogFields()
    {
    }

    /// <summary>When the request was made: ISO 8601 (UTC without a zone), or seconds to nanoseconds since 1970.</summary>
    public string Time { get; init; } = "time";

    /// <summary>The HTTP status; a line without one is no request.</summary>
    public string Status { get; init; } = "status";

    /// <summary>How long the answer took.</summary>
    public string? Duration { get; init; } = "duration";

    /// <summary>The path asked for.</summary>
    public string? Path { get; init; } = "path";

    /// <summary>Who asked.</summary>
    public string? Client { get; init; } = "client";

    /// <summary>What the lines of one request have in common, where a request may have several.</summary>
    public string? RequestId { get; init; }

    /// <summary>How many microseconds one unit of <see cref="Duration"/> is.</summary>
    public double MicrosecondsPerUnit { get; init; } = 1000;

    /// <summary>The fields of a format; null for one that is not JSON.</summary>
    internal static LogFields? Of(LogFormat format) => format switch
    {
        LogFormat.Json => new LogFields(),
        LogFormat.Vercel => new LogFields
        {
            Time = "timestamp",
            Status = "proxy.statusCode",
            Duration = null,
            Path = "proxy.path",
            Client = "proxy.clientIp",
            RequestId = "requestId",
        },
        LogFormat.Pino => new LogFields
        {
            Status = "res.statusCode",
            Duration = "responseTime",
            Path = "req.url",
            Client = "req.remoteAddress",
        },
        LogFormat.Serilog => new LogFields
        {
            Time = "@t",
            Status = "StatusCode",
            Duration = "Elapsed",
            Path = "RequestPath",
            Client = "ClientIp",
        },
        _ => null,
    };
}
