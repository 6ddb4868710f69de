namespace RollbackOps.Configuration;

/// <summary>The part of the platform section that is Vercel's.</summary>
public sealed record VercelSettings
{
    internal VercelSettings()
    {
    }

    /// <summary>The project's id (<c>prj_…</c>) or name on Vercel; null for the configuration's own project name.</summary>
    public string? Project { get; init; }

    /// <summary>The team's id (<c>team_…</c>) or slug; null for the personal scope.</summary>
    public string? Team { get; init; }

    /// <summary>A reference to the access token. Default <c>env:VERCEL_TOKEN</c>.</summary>
    public string Token { get; init; } = "env:VERCEL_TOKEN";

    /// <summary>A reference to the secret of "Protection Bypass for Automation" (S6), or null.</summary>
    public string? ProtectionBypass { get; init; }

    /// <summary>The API's address. Only https, or a stand-in on this machine.</summary>
    public Uri Api { get; init; } = new("https://api.vercel.com");

    /// <summary>How long a switch is followed before its outcome counts as unknown. Default 3 min, as the official CLI.</summary>
    public TimeSpan SwitchTimeout { get; init; } = TimeSpan.FromMinutes(3);
}
