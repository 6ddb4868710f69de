using System.Globalization;
using RollbackOps.Rollbacks;

namespace RollbackOps.Tests.Child;

/// <summary>Verbs: <c>roll</c>, <c>resume</c>, <c>race</c>, <c>serve</c>, <c>restart</c>, <c>tell</c>, <c>tell-on</c>, <c>escalate</c>, <c>write</c>, <c>die</c>, those of <see cref="DatabaseRuns"/>, each with a root and a port.</summary>
public static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var (verb, root, port) = (arguments[0], arguments[1], int.Parse(arguments[2], CultureInfo.InvariantCulture));
        switch (verb)
        {
            case "serve":
                return await SampleService.ServeAsync(root, port);
            case "restart":
                return await SampleService.RestartAsync(root, port);
            case "tell" or "tell-on":
                return await NotificationRuns.TellAsync(root, makesNone: verb == "tell-on");
            case "escalate":
                return await EscalationRuns.EscalateAsync(root);
            case "write":
                return await DatabaseRuns.WriteAsync(root);
            case "die":
                return await DyingRuns.RunAsync(arguments[3..]);
            case var known when DatabaseRuns.IsVerb(known):
                if (int.Parse(arguments[3], CultureInfo.InvariantCulture) is >= 0 and var killAt)
                {
                    Boundaries.Follow(killAt);
                }

                return await DatabaseRuns.RunAsync(verb, root);
            case "race":
                // Every racer is up and waits for the same starting shot.
                Console.Out.WriteLine("ready");
                await Console.In.ReadLineAsync();
                return await RollAsync(root, port);
            default:
                Boundaries.Follow(arguments.Length > 3 ? int.Parse(arguments[3], CultureInfo.InvariantCulture) : 0);
                return verb == "resume" ? await ResumeAsync(root, port) : await RollAsync(root, port);
        }
    }

    private static async Task<int> RollAsync(string root, int port)
    {
        var context = SampleSettings.Open(SampleSettings.For(root, port));
        var procedure = new RollbackProcedure(context, _ => { });
        const string Reason = "answers slowly";
        RollbackPlan? plan = null;
        try
        {
            (plan, _) = await procedure.PrepareAsync(
                new RollbackOrder
                {
                    Request = new PlanRequest
                    {
                        Reason = Reason,
                        Strategy = SampleSettings.ReadNote(root, SampleSettings.WorkingCopyFile) is null ? RollbackStrategy.Auto : RollbackStrategy.Git,
                    },
                },
                isAsked: false, CancellationToken.None);
            return Tell(await procedure.CarryOutAsync(plan!, decision: null, CancellationToken.None));
        }
        catch (RollbackOpsException refusal)
        {
            return Tell(procedure.Refused(refusal, Reason, plan?.From, plan?.Target));
        }
    }

    private static async Task<int> ResumeAsync(string root, int port)
    {
        var context = SampleSettings.Open(SampleSettings.For(root, port));
        try
        {
            return Tell(await new RollbackRunner(context, _ => { }).ResumeAsync(rollbackId: null, CancellationToken.None));
        }
        catch (RollbackOpsException nothing) when (nothing.Id == ErrorId.RollbackNotFound)
        {
            Console.Out.WriteLine($"result {nothing.Id}");
            return 0;
        }
    }

    private static int Tell(RollbackResult result)
    {
        Console.Out.WriteLine($"result {result.Status} {result.Error} {result.Message}".TrimEnd());
        return result.Status == RollbackStatus.Refused ? 3 : 0;
    }
}
