using System.Text.RegularExpressions;
using RollbackOps.Configuration;

namespace RollbackOps.Runbooks;

/// <summary>
/// The versions of the programs that a runbook is run with, as far as somebody says so. What a rule claims of later ones is left
/// out; what was taken from another version is said to be.
/// </summary>
internal sealed partial class ToolVersions
{
    private readonly Dictionary<string, Version> _versions;

    private ToolVersions(Dictionary<string, Version> versions) => _versions = versions;

    /// <summary>Nobody says.</summary>
    public static ToolVersions None { get; } = new([]);

    /// <summary>Those that are given: each program's version as a text.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.InvalidArgument"/>: no such program is known, or that is no version.</exception>
    public static ToolVersions Of(IReadOnlyDictionary<string, object?> given)
    {
        var versions = new Dictionary<string, Version>(StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            if (!ProgramTables.ByName.TryGetValue(name, out var table))
            {
                var near = NearestName.Find(name, ProgramTables.ByName.Keys);
                throw new RollbackOpsException(ErrorId.InvalidArgument,
                    $"No program '{Inert.Line(name)}' is known{(near is null ? "" : $"; did you mean '{near}'?")}.",
                    $"Choose from: {string.Join(", ", ProgramTables.ByName.Values.Select(one => one.Name).Distinct(StringComparer.Ordinal))}.", name);
            }

            versions[table.Name] = value switch
            {
                Version version => version,
                string text when Read(text) is { } version => version,
                _ => throw new RollbackOpsException(ErrorId.InvalidArgument,
                    $"'{Inert.Line(value?.ToString())}' is no version of {table.Name}.",
                    $"Write it as a text: @{{ {table.Name} = '2.10' }}; without quotes 2.10 is the number 2.1.", value),
            };
        }

        return new ToolVersions(versions);
    }

    /// <summary>The versions that a claim holds for, in words; null where it does not hold for the one in use.</summary>
    /// <param name="rule">Whose claim it is.</param>
    /// <param name="told">The versions that it states.</param>
    public string? Judge(RunbookRule rule, string told)
    {
        var program = rule.Programs is ["*"] ? told.Split(' ')[0] : rule.Programs is [var only] ? only : null;
        if (program is null || !_versions.TryGetValue(program, out var used))
        {
            return told;
        }

        if (rule.Since is { } since)
        {
            return used < since ? null : told;
        }

        return Dotted().Match(told) is { Success: true } taken && Read(taken.Value) is { } from && (from.Major, from.Minor) != (used.Major, used.Minor)
            ? $"{told}; not held against {program} {used}"
            : told;
    }

    /// <summary>A version as people and programs write it: v2.10.1, 3, 60.1.3-canary.</summary>
    private static Version? Read(string text) =>
        Number().Match(text.Trim()) is { Success: true } number
        && Version.TryParse(number.Groups[1].Value.Contains('.', StringComparison.Ordinal) ? number.Groups[1].Value : number.Groups[1].Value + ".0", out var version)
            ? version
            : null;

    [GeneratedRegex(@"\Av?([0-9]{1,9}(?:\.[0-9]{1,9}){0,3})(?:[-+][0-9A-Za-z.+-]*)?\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"[0-9]+(?:\.[0-9]+)+")]
    private static partial Regex Dotted();
}
