using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Drills;

/// <summary>The table of what a scenario file may hold.</summary>
internal static class ScenarioTable
{
    private static readonly DurationShape s_time = new(TimeSpan.Zero, TimeSpan.FromHours(24));

    private static readonly ObjectShape s_traffic = new(
        typeof(DrillTraffic),
        "The users of the service.",
        [
            new(nameof(DrillTraffic.RequestsPerMinute), NumberShape.Whole(1, 6000), "How many requests they make in a minute."),
            new(nameof(DrillTraffic.Clients), NumberShape.Whole(1, 1000), "How many they are."),
            new(nameof(DrillTraffic.WritePercent), NumberShape.Percent, "The part of their requests that write to the database."),
        ]);

    private static readonly ObjectShape s_fault = new(
        typeof(DrillFault),
        "What is wrong with the release that is deployed.",
        [
            new(nameof(DrillFault.IsDown), new SwitchShape(), "Whether it answers nobody."),
            new(nameof(DrillFault.ErrorPercent), NumberShape.Percent, "The part of its answers that are errors."),
            new(nameof(DrillFault.SlowPercent), NumberShape.Percent, "The part of its answers that are slow."),
            new(nameof(DrillFault.SlowBy), s_time, "How late a slow answer comes."),
            new(nameof(DrillFault.DamagesData), new SwitchShape(), "Whether it and its migration damage what is stored."),
        ])
    {
        Rule = value => value is DrillFault { IsDown: false, ErrorPercent: 0, SlowPercent: 0, DamagesData: false }
            ? (nameof(DrillFault.IsDown), "nothing is wrong; set isDown, errorPercent, slowPercent or damagesData")
            : null,
    };

    private static readonly ObjectShape s_limits = new(
        typeof(DrillLimits),
        "By when each mark is to be reached, from the first bad answer on.",
        [
            new(nameof(DrillLimits.Detected), s_time, "By when a verdict says that something is wrong."),
            new(nameof(DrillLimits.Decided), s_time, "By when the verdict carries a rollback, or somebody decided."),
            new(nameof(DrillLimits.Mitigated), s_time, "By when users get good answers again."),
            new(nameof(DrillLimits.Verified), s_time, "By when the criteria of the immediate window hold."),
            new(nameof(DrillLimits.Notified), s_time, "By when the team was told."),
            new(nameof(DrillLimits.Reported), s_time, "By when the incident report is written."),
        ]);

    /// <summary>A scenario.</summary>
    public static ObjectShape Scenario { get; } = new(
        typeof(DrillScenario),
        "What a drill rehearses.",
        [
            new(nameof(DrillScenario.Name),
                new TextShape("a name of letters, digits, dots, dashes and underscores", "^[A-Za-z][A-Za-z0-9._-]*$", longest: 60),
                "Its name.") { IsRequired = true },
            new(nameof(DrillScenario.Situation), TextShape.Line("a sentence"), "What goes wrong.") { IsRequired = true },
            new(nameof(DrillScenario.Source), TextShape.Line("a text"), "Where it is from."),
            new(nameof(DrillScenario.Traffic), s_traffic, s_traffic.Description) { IsAlways = true },
            new(nameof(DrillScenario.Fault), s_fault, s_fault.Description) { IsRequired = true },
            new(nameof(DrillScenario.Signal), ChoiceShape.Of<DrillSignal>(), "What shows it.") { IsRequired = true },
            new(nameof(DrillScenario.Decision), ChoiceShape.Of<DrillDecision>(), "Who decides."),
            new(nameof(DrillScenario.RestoresDatabase), new SwitchShape(), "Whether the database is restored after the rollback."),
            new(nameof(DrillScenario.WarmUp), s_time, "How long all is well before."),
            new(nameof(DrillScenario.TimeLimit), s_time, "After how long the drill is given up."),
            new(nameof(DrillScenario.Expected), s_limits, s_limits.Description) { IsAlways = true },
        ]);
}
