using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DotLiquid;
using DotLiquid.Exceptions;

namespace RollbackOps.Adapters.Reports;

/// <summary>
/// Runs a template that a user wrote: it sees the model and nothing else, can include no file, and ends when it takes too
/// long or writes too much.
/// </summary>
internal static partial class LiquidSandbox
{
    /// <summary>So many characters a template may have.</summary>
    public const int LongestTemplate = 256 * 1024;

    /// <summary>So many characters it may write, in all and in one text.</summary>
    public const int LongestOutput = 16 * 1024 * 1024;

    private const string Unterminated = "not properly terminated";
    private const int MostIterations = 200_000;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longestSearch = TimeSpan.FromSeconds(2);

    static LiquidSandbox() => Template.RegisterTag<BoundedCapture>("capture");

    /// <summary>Renders a template.</summary>
    /// <param name="source">The template.</param>
    /// <param name="name">Its path, for errors.</param>
    /// <param name="model">What it sees.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.TemplateInvalid"/>, with the line.</exception>
    public static string Render(string source, string name, Dictionary<string, object?> model)
    {
        if (source.Length > LongestTemplate)
        {
            throw Invalid(name, line: null, $"it has {source.Length} characters, and {LongestTemplate} are the most", null);
        }

        try
        {
            return Run(source, model);
        }
        catch (Exception failure) when (IsTemplates(failure))
        {
            throw Invalid(name, LineOf(source, model, failure), Said(failure), failure);
        }
    }

    private static string Run(string source, Dictionary<string, object?> model)
    {
        var template = Template.Parse(source);
        using var output = new BoundedWriter(LongestOutput);
        template.Render(output, new RenderParameters(CultureInfo.InvariantCulture)
        {
            LocalVariables = Hash.FromDictionary(model),
            ErrorsOutputMode = ErrorsOutputMode.Rethrow,
            Filters = [typeof(BoundedFilters)],
            MaxIterations = MostIterations,
            Timeout = (int)s_longest.TotalMilliseconds,
        });
        return output.ToString();
    }

    /// <summary>
    /// The line that a failure comes from; the engine does not say. Of the beginnings of the template that end behind a tag,
    /// the first that fails in the same way ends with it; of a block that is never closed, the last that does not is what
    /// goes before.
    /// </summary>
    private static int? LineOf(string source, Dictionary<string, object?> model, Exception failure)
    {
        if (failure is TimeoutException)
        {
            return null;
        }

        var said = Said(failure);
        var begun = Stopwatch.StartNew();
        var isUnclosed = said.Contains("never closed", StringComparison.Ordinal);
        int? found = null;
        foreach (Match tag in Tag().Matches(source))
        {
            if (begun.Elapsed > s_longestSearch)
            {
                return null;
            }

            var fails = IsSame(Fault(source[..(tag.Index + tag.Length)], model), said);
            if (fails && (found is null || !isUnclosed))
            {
                found = tag.Index;
            }
            else if (!fails && isUnclosed)
            {
                found = null;
            }

            if (fails && !isUnclosed)
            {
                break;
            }
        }

        return found is { } at ? source.AsSpan(0, at).Count('\n') + 1 : null;
    }

    /// <summary>Whether two failures are the same; of one that is not terminated, the rest of the template is part of what is said.</summary>
    private static bool IsSame(string? one, string other) => one == other
        || (one?.Contains(Unterminated, StringComparison.Ordinal) == true && other.Contains(Unterminated, StringComparison.Ordinal));

    private static string? Fault(string source, Dictionary<string, object?> model)
    {
        try
        {
            Run(source, model);
            return null;
        }
        catch (Exception failure) when (IsTemplates(failure))
        {
            return Said(failure);
        }
    }

    private static bool IsTemplates(Exception failure) =>
        failure is LiquidException or TimeoutException or System.ArgumentException or FormatException or InvalidOperationException
            or OverflowException or DivideByZeroException or InvalidCastException or RegexMatchTimeoutException;

    private static string Said(Exception failure) => failure is TimeoutException
        ? string.Create(CultureInfo.InvariantCulture, $"it takes longer than {s_longest.TotalSeconds:0} s")
        : failure.Message.TrimEnd('.');

    private static RollbackOpsException Invalid(string name, int? line, string why, Exception? inner) => new(
        ErrorId.TemplateInvalid,
        $"The template '{name}' cannot be used{(line is null ? "" : string.Create(CultureInfo.InvariantCulture, $", line {line}"))}: {Inert.Line(why)}.",
        "Mend it; New-IncidentReport without -Template uses the templates that come with the module.", name, inner);

    [GeneratedRegex(@"\{%.*?%\}|\{\{.*?\}\}|\{[%{]", RegexOptions.Singleline)]
    private static partial Regex Tag();
}
