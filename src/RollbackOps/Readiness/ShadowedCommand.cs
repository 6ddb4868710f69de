namespace RollbackOps.Readiness;

/// <summary>A command of the module whose name leads to something else in the session.</summary>
/// <param name="Name">The name.</param>
/// <param name="By">What it leads to, in a few words.</param>
internal sealed record ShadowedCommand(string Name, string By);
