namespace RollbackOps.Deployments;

/// <summary>A setting that was changed, an environment variable or a secret. Its value is never read.</summary>
/// <param name="Name">Its name, made inert (S43).</param>
/// <param name="At">When it was changed last, UTC.</param>
public sealed record SettingChange(string Name, DateTimeOffset At);
