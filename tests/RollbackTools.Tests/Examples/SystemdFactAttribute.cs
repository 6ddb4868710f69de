namespace RollbackTools.Tests.Examples;

/// <summary>A test that needs systemd's own checker of units; without it, it is skipped, visibly.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SystemdFactAttribute : FactAttribute
{
    /// <summary>The checker.</summary>
    public const string Program = "/usr/bin/systemd-analyze";

    public SystemdFactAttribute()
    {
        if (!File.Exists(Program))
        {
            Skip = $"{Program} is not here; the distribution's package systemd brings it.";
        }
    }
}
