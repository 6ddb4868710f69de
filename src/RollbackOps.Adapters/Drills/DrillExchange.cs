namespace RollbackOps.Adapters.Drills;

/// <summary>A request to a drill's server.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path with its query.</param>
/// <param name="Client">Who asks, as the header X-Client says; empty for nobody.</param>
/// <param name="Body">The body.</param>
internal sealed record DrillExchange(string Method, string Path, string Client, string Body);

/// <summary>The answer to a request.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body, JSON.</param>
/// <param name="Release">The release that answers.</param>
/// <param name="Delay">How late the answer comes on purpose.</param>
internal sealed record DrillAnswer(int Status, string Body, string Release = "", TimeSpan Delay = default);
