namespace RollbackOps.Signals;

/// <summary>How the lines of a log are written.</summary>
public enum LogFormat
{
    /// <summary>Found out from the first lines.</summary>
    Auto,

    /// <summary>Newline-delimited JSON: <c>time</c>, <c>status</c>, <c>duration</c> in ms, <c>path</c>, <c>client</c>.</summary>
    Json,

    /// <summary>A log drain of Vercel's: several lines a request, told apart by <c>requestId</c>.</summary>
    Vercel,

    /// <summary>pino with pino-http.</summary>
    Pino,

    /// <summary>Serilog's compact JSON of request logging.</summary>
    Serilog,

    /// <summary>The Common and Combined Log Format of web servers.</summary>
    Common,
}
