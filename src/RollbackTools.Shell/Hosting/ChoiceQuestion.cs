using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation.Host;
using Spectre.Console;

namespace RollbackTools.Shell.Hosting;

/// <summary>A question with choices, such as a confirmation; shown as <c>pwsh</c> shows it.</summary>
internal sealed class ChoiceQuestion
{
    private static readonly Style s_default = new(Color.Yellow);

    private readonly Questions _questions;
    private readonly Choice[] _choices;

    /// <summary>Prepares the question.</summary>
    /// <exception cref="ArgumentException">There are no choices.</exception>
    public ChoiceQuestion(Questions questions, Collection<ChoiceDescription> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        if (choices.Count == 0)
        {
            throw new ArgumentException("A question needs at least one choice.", nameof(choices));
        }

        _questions = questions;
        _choices = [.. choices.Select(Choice.Of)];
    }

    /// <summary>Asks for one choice.</summary>
    /// <param name="caption">A heading, or null.</param>
    /// <param name="message">The question, or null.</param>
    /// <param name="defaultChoice">What an empty line means, or -1 for nothing.</param>
    /// <returns>The index of the choice.</returns>
    public int AskOne(string? caption, string? message, int defaultChoice)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(defaultChoice, -1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(defaultChoice, _choices.Length);
        using var question = _questions.Begin(caption, message);
        while (true)
        {
            WriteChoices(defaultChoice < 0 ? [] : [defaultChoice]);
            var answer = _questions.ReadLine().Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
            {
                return defaultChoice;
            }

            if (answer == "?")
            {
                WriteHelp();
            }
            else if (Find(answer) is { } picked)
            {
                return picked;
            }
        }
    }

    /// <summary>Asks for several choices, one a line; an empty line ends them.</summary>
    /// <returns>The indexes of the choices, or of the defaults when none was made.</returns>
    public Collection<int> AskSeveral(string? caption, string? message, IEnumerable<int>? defaultChoices)
    {
        int[] defaults = [.. (defaultChoices ?? []).Distinct()];
        foreach (var index in defaults)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(defaultChoices));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _choices.Length, nameof(defaultChoices));
        }

        using var question = _questions.Begin(caption, message);
        WriteChoices(defaults);
        _questions.Write("\n");
        var picks = new Collection<int>();
        while (true)
        {
            _questions.Write(string.Create(CultureInfo.InvariantCulture, $"Choice[{picks.Count}]: "));
            var answer = _questions.ReadLine().Trim();
            if (answer.Length == 0)
            {
                return picks.Count > 0 ? picks : new Collection<int>(defaults);
            }

            if (answer == "?")
            {
                WriteHelp();
            }
            else if (Find(answer) is { } picked)
            {
                picks.Add(picked);
            }
        }
    }

    private int? Find(string answer)
    {
        var index = Array.FindIndex(_choices, choice =>
            answer.Length > 0
            && (answer.Equals(choice.Label, StringComparison.CurrentCultureIgnoreCase)
                || answer.Equals(choice.HotKey, StringComparison.CurrentCultureIgnoreCase)));
        return index < 0 ? null : index;
    }

    private void WriteChoices(int[] defaults)
    {
        for (var i = 0; i < _choices.Length; i++)
        {
            Style? style = defaults.Contains(i) ? s_default : default(Style?);
            _questions.Write($"[{_choices[i].HotKey}] {_choices[i].Label}", style);
            _questions.Write("  ");
        }

        _questions.Write("[?] Help");
        if (defaults.Length > 0)
        {
            _questions.Write($" (default is \"{string.Join(',', defaults.Select(index => _choices[index].Key))}\")");
        }

        _questions.Write(": ");
    }

    private void WriteHelp()
    {
        foreach (var choice in _choices)
        {
            _questions.Write($"{choice.Key} - {choice.Help}\n");
        }
    }

    private sealed record Choice(string HotKey, string Label, string Help)
    {
        public string Key => HotKey.Length > 0 ? HotKey : Label;

        // "&Yes": the character after the ampersand is the key.
        public static Choice Of(ChoiceDescription description)
        {
            var mark = description.Label.IndexOf('&', StringComparison.Ordinal);
            return mark < 0 || mark == description.Label.Length - 1
                ? new Choice("", description.Label.TrimEnd('&'), description.HelpMessage)
                : new Choice(
                    description.Label[mark + 1].ToString().ToUpper(CultureInfo.CurrentCulture),
                    description.Label.Remove(mark, 1).Trim(),
                    description.HelpMessage);
        }
    }
}
