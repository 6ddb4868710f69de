using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using RollbackOps;
using RollbackOps.Rollbacks;

namespace RollbackTools.Commands;

/// <summary>What only people can say: read from a parameter, or asked for at the prompt. Never assumed.</summary>
internal static class HumanQuestions
{
    /// <summary>What -Answer says.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.InvalidArgument"/>.</exception>
    public static Dictionary<HumanItem, bool> Read(Hashtable? answers)
    {
        var read = new Dictionary<HumanItem, bool>();
        foreach (DictionaryEntry entry in answers ?? [])
        {
            if (entry.Key is not string name || !Enum.TryParse<HumanItem>(name, ignoreCase: true, out var item) || char.IsDigit(name[0])
                || PSObject.AsPSObject(entry.Value).BaseObject is not bool holds)
            {
                throw new RollbackOpsException(ErrorId.InvalidArgument,
                    $"-Answer says nothing known of '{Inert.Line(entry.Key.ToString())}'.",
                    $"Give true or false for one of {string.Join(", ", Enum.GetNames<HumanItem>())}: -Answer @{{ TeamNotified = $true }}.", answers);
            }

            read[item] = holds;
        }

        return read;
    }

    /// <summary>Asks; who does not know yet leaves the item open. For the pipeline thread.</summary>
    public static void Ask(PSHostUserInterface ui, IEnumerable<HumanItem> items, Dictionary<HumanItem, bool> answers)
    {
        var choices = new Collection<ChoiceDescription>
        {
            new("&Yes", "It holds."), new("&No", "It does not hold."), new("Not yet &known", "It stays open."),
        };
        foreach (var item in items.Where(item => !answers.ContainsKey(item)))
        {
            var choice = ui.PromptForChoice("Verification", TextOf(item), choices, 2);
            if (choice is 0 or 1)
            {
                answers[item] = choice == 0;
            }
        }
    }

    /// <summary>The items that belong to a window and to the checklist.</summary>
    public static IEnumerable<HumanItem> Of(VerificationWindow window) => window == VerificationWindow.LongTerm
        ? Enum.GetValues<HumanItem>()
        : [HumanItem.TeamNotified, HumanItem.PostMortemScheduled];

    private static string TextOf(HumanItem item) => item switch
    {
        HumanItem.TeamNotified => "Was the team notified?",
        HumanItem.UserFeedback => "Is what users say positive?",
        HumanItem.IncidentResolved => "Is the incident resolved?",
        _ => "Is the post-mortem scheduled?",
    };
}
