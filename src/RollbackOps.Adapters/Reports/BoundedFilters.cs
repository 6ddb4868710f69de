using System.Collections;
using System.Globalization;

namespace RollbackOps.Adapters.Reports;

/// <summary>The filters that can make a text many times as long, within the bound of what a template may write.</summary>
internal static class BoundedFilters
{
    public static string? Append(string? input, string? @string) => input is null ? null : Within(input.Length + (long)(@string?.Length ?? 0), () => input + @string);

    public static string? Prepend(string? input, string? @string) => Append(@string ?? string.Empty, input);

    public static string? Replace(string? input, string? @string, string? replacement = "")
    {
        if (string.IsNullOrEmpty(input) || string.IsNullOrEmpty(@string))
        {
            return input;
        }

        var times = input.AsSpan().Count(@string);
        return Within(input.Length + ((long)times * (replacement?.Length ?? 0)),
            () => input.Replace(@string, replacement, StringComparison.Ordinal));
    }

    public static string? Join(IEnumerable? input, string? glue = " ")
    {
        if (input is null)
        {
            return null;
        }

        var parts = input.Cast<object?>().Select(part => Convert.ToString(part, CultureInfo.InvariantCulture) ?? "").ToList();
        return Within(parts.Sum(part => (long)part.Length + (glue?.Length ?? 0)), () => string.Join(glue, parts));
    }

    private static string Within(long length, Func<string> make) => length <= LiquidSandbox.LongestOutput ? make()
        : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"it makes a text of more than {LiquidSandbox.LongestOutput} characters"));
}
