using System.Text.Json;
using System.Text.RegularExpressions;

namespace RollbackOps.Runbooks;

/// <summary>When a rule finds a command. Everything that is written in it has to hold.</summary>
internal sealed class RuleCondition
{
    private readonly string[] _commands;
    private readonly bool? _isImplicit;
    private readonly bool _isPipedInto;
    private readonly bool _isUnassigned;
    private readonly int? _count;
    private readonly string[] _options;
    private readonly string[] _without;
    private readonly string[] _bare;
    private readonly Regex? _arguments;
    private readonly Regex? _text;
    private readonly Regex? _redirection;
    private readonly Regex? _pipedTo;
    private readonly Regex? _notPipedTo;
    private readonly Regex? _orElse;
    private readonly Regex? _assignedTo;

    /// <summary>Reads it as it is written.</summary>
    public RuleCondition(JsonElement when)
    {
        _commands = Texts(when, "command");
        _isImplicit = when.TryGetProperty("implicit", out var isImplicit) ? isImplicit.GetBoolean() : null;
        _isPipedInto = when.TryGetProperty("pipedInto", out var pipedInto) && pipedInto.GetBoolean();
        _count = when.TryGetProperty("count", out var count) ? count.GetInt32() : null;
        _options = Texts(when, "options");
        _without = Texts(when, "without");
        _bare = Texts(when, "bare");
        _arguments = Pattern(when, "arguments");
        _text = Pattern(when, "text");
        _redirection = Pattern(when, "redirection");
        _pipedTo = Pattern(when, "pipedTo");
        _notPipedTo = Pattern(when, "notPipedTo");
        _orElse = Pattern(when, "orElse");
        _assignedTo = Pattern(when, "assignedTo");
        _isUnassigned = when.TryGetProperty("unassigned", out var unassigned) && unassigned.GetBoolean();
    }

    /// <summary>Whether all of it holds.</summary>
    public bool Holds(CommandLine line) =>
        (_commands.Length == 0 || _commands.Contains(line.Command))
        && (_isImplicit is null || _isImplicit == line.IsImplicit)
        && (!_isPipedInto || line.Shell.IsPipedInto)
        && (!_isUnassigned || line.Shell.AssignedTo is null)
        && (_count is null || _count == line.Arguments.Count)
        && _options.All(line.Has)
        && (_without.Length == 0 || (!line.IsOpaque && !_without.Any(line.Has)))
        && _bare.All(name => line.Options.Exists(option => option.Name == name && option.Value is null))
        && Holds(_arguments, string.Join(' ', line.Arguments))
        && Holds(_text, line.Shell.Text)
        && (_redirection is null || line.Shell.Redirections.Exists(_redirection.IsMatch))
        && (_pipedTo is null || Pipeline(line.Shell).Any(command => _pipedTo.IsMatch(command.Text)))
        && (_notPipedTo is null || !Pipeline(line.Shell).Any(command => _notPipedTo.IsMatch(command.Text)))
        && (_orElse is null || (LastOf(line.Shell).OrElse is { } orElse && _orElse.IsMatch(orElse.Text)))
        && (_assignedTo is null || (line.Shell.AssignedTo is { } variable && _assignedTo.IsMatch(variable)));

    private static bool Holds(Regex? pattern, string text) => pattern?.IsMatch(text) ?? true;

    private static IEnumerable<ShellCommand> Pipeline(ShellCommand command)
    {
        for (var next = command.PipedTo; next is not null; next = next.PipedTo)
        {
            yield return next;
        }
    }

    private static ShellCommand LastOf(ShellCommand command) => Pipeline(command).LastOrDefault() ?? command;

    // Without backtracking: no text, however it is made, keeps a pattern busy.
    private static Regex? Pattern(JsonElement when, string name) => when.TryGetProperty(name, out var pattern)
        ? new Regex(pattern.GetString()!, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)
        : null;

    private static string[] Texts(JsonElement when, string name) => !when.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(one => one.GetString()!)]
        : [value.GetString()!];
}
