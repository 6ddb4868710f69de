using System.Text.Json;

namespace RollbackOps.Runbooks;

/// <summary>A rule as the data have it: when it matches, and what is claimed then.</summary>
internal sealed class RunbookRule
{
    /// <summary>Reads it as it is written.</summary>
    public RunbookRule(JsonElement rule)
    {
        Id = rule.GetProperty("id").GetString()!;
        Programs = [.. rule.GetProperty("program").GetString()!.Split(' ')];
        Severity = Enum.Parse<RunbookSeverity>(rule.GetProperty("severity").GetString()!, ignoreCase: true);
        Title = rule.GetProperty("title").GetString()!;
        Does = rule.GetProperty("does").GetString()!;
        Instead = rule.GetProperty("instead").GetString()!;
        Source = rule.GetProperty("source").GetString()!;
        Versions = rule.GetProperty("versions").GetString()!;
        Since = rule.TryGetProperty("since", out var since) ? Version.Parse(since.GetString()!) : null;
        Check = rule.TryGetProperty("check", out var check) ? check.GetString() : null;
        Hints = rule.TryGetProperty("hints", out var hints)
            ? hints.EnumerateObject().ToDictionary(hint => hint.Name, hint => hint.Value.GetString()!, StringComparer.Ordinal)
            : [];
        Conditions = rule.TryGetProperty("when", out var when)
            ? when.ValueKind == JsonValueKind.Array ? [.. when.EnumerateArray().Select(one => new RuleCondition(one))] : [new RuleCondition(when)]
            : [];
        Matches = [.. rule.GetProperty("matches").EnumerateArray().Select(one => one.GetString()!)];
        Passes = [.. rule.GetProperty("passes").EnumerateArray().Select(one => one.GetString()!)];
    }

    /// <summary>Its name, which stays.</summary>
    public string Id { get; }

    /// <summary>The programs, or the kind of file, that it is about.</summary>
    public IReadOnlyList<string> Programs { get; }

    /// <summary>How much it matters.</summary>
    public RunbookSeverity Severity { get; }

    /// <summary>The finding in a few words.</summary>
    public string Title { get; }

    /// <summary>What the command really does.</summary>
    public string Does { get; }

    /// <summary>What to use instead.</summary>
    public string Instead { get; }

    /// <summary>Where the claim can be looked up.</summary>
    public string Source { get; }

    /// <summary>The versions that it holds for.</summary>
    public string Versions { get; }

    /// <summary>The first version that it holds for; null where it holds for every one, or was taken from the one that it states.</summary>
    public Version? Since { get; }

    /// <summary>What code decides, where conditions cannot say it; null otherwise.</summary>
    public string? Check { get; }

    /// <summary>What to use instead in cases that are often met.</summary>
    public IReadOnlyDictionary<string, string> Hints { get; }

    /// <summary>Any of these is enough.</summary>
    public IReadOnlyList<RuleCondition> Conditions { get; }

    /// <summary>Lines that it finds.</summary>
    public IReadOnlyList<string> Matches { get; }

    /// <summary>Lines like them that are fine.</summary>
    public IReadOnlyList<string> Passes { get; }

    /// <summary>Whether it finds the command.</summary>
    public bool Finds(CommandLine line) => Programs.Contains(line.Program.Name) && Conditions.Any(condition => condition.Holds(line));
}
