using System.Text.Json.Nodes;

namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>What the fake's objects look like in answers.</summary>
internal sealed partial class FakeVercel
{
    public static string AddressOf(FakeDeployment one) => $"shop-{one.Id["dpl_".Length..]}-acme.vercel.app";

    /// <summary>A deployment; lists call its id <c>uid</c> and its state <c>state</c> too.</summary>
    private JsonObject Shape(FakeDeployment one, bool isListed)
    {
        var created = one.CreatedAt.ToUnixTimeMilliseconds();
        var shape = new JsonObject
        {
            ["name"] = ProjectName,
            ["url"] = HasAddresses ? AddressOf(one) : null,
            ["created"] = created,
            ["createdAt"] = created,
            ["buildingAt"] = created,
            ["ready"] = created,
            ["readyState"] = one.State,
            ["readySubstate"] = one.Substate,
            ["type"] = "LAMBDAS",
            ["creator"] = new JsonObject { ["uid"] = "usr_ann", ["username"] = "ann", ["email"] = "ann@shop.example" },
            ["inspectorUrl"] = $"https://vercel.com/acme/shop/{one.Id}",
            ["meta"] = one.Meta.DeepClone(),
            ["target"] = one.Target,
            ["aliasError"] = null,
            ["aliasAssigned"] = isListed ? one.LiveAt?.ToUnixTimeMilliseconds() : one.LiveAt is not null,
            ["projectId"] = one.ProjectId,
        };
        if (isListed)
        {
            shape["uid"] = one.Id;
            shape["state"] = one.State;
            shape["isRollbackCandidate"] = one.IsCandidate;
        }
        else
        {
            shape["id"] = one.Id;
            shape["alias"] = new JsonArray([.. NamesOf(one).Select(alias => (JsonNode)alias)]);
            shape["ownerId"] = TeamId;
            shape["team"] = new JsonObject { ["id"] = TeamId, ["slug"] = TeamSlug, ["name"] = "Acme" };
            shape["project"] = new JsonObject { ["id"] = one.ProjectId, ["name"] = ProjectName, ["framework"] = null };
        }

        if (one.Error is not null)
        {
            shape["errorMessage"] = one.Error;
        }

        return shape;
    }

    private static JsonObject Shape(FakeVariable one) => new()
    {
        ["id"] = $"env_{one.Key}",
        ["key"] = one.Key,
        ["value"] = one.Value,
        ["type"] = "encrypted",
        ["target"] = new JsonArray([.. one.Targets.Select(target => (JsonNode)target)]),
        ["createdAt"] = one.ChangedAt.ToUnixTimeMilliseconds(),
        ["updatedAt"] = one.ChangedAt.ToUnixTimeMilliseconds(),
        ["securityIssues"] = new JsonArray(),
    };

    private JsonObject? RollingRelease() => Canary is null ? null : new JsonObject
    {
        ["state"] = "ACTIVE",
        ["substate"] = null,
        ["advancementType"] = "automatic",
        ["currentDeployment"] = Rolled(Production!),
        ["canaryDeployment"] = Rolled(Canary),
        ["currentCanaryPercentage"] = 25,
        ["queuedDeploymentId"] = null,
        ["stages"] = new JsonArray(Stage(0), Stage(1)),
        ["activeStage"] = Stage(0),
        ["nextStage"] = Stage(1),
        ["startedAt"] = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        ["updatedAt"] = clock.GetUtcNow().ToUnixTimeMilliseconds(),
    };

    private JsonObject Rolled(string id) => new()
    {
        ["id"] = id,
        ["name"] = ProjectName,
        ["url"] = AddressOf(this[id]),
        ["target"] = "production",
        ["source"] = "git",
        ["createdAt"] = this[id].CreatedAt.ToUnixTimeMilliseconds(),
        ["readyState"] = "READY",
        ["readyStateAt"] = this[id].CreatedAt.ToUnixTimeMilliseconds(),
    };

    private static JsonObject Stage(int index) => new()
    {
        ["index"] = index,
        ["isFinalStage"] = index == 1,
        ["targetPercentage"] = index == 0 ? 25 : 100,
        ["requireApproval"] = false,
        ["duration"] = index == 0 ? 600 : null,
    };

    private JsonObject ProjectShape(bool withRollback)
    {
        var shape = new JsonObject
        {
            ["id"] = ProjectId,
            ["name"] = ProjectName,
            ["accountId"] = TeamId,
            ["autoAssignCustomDomains"] = AutoAssign,
            ["createdAt"] = 1_700_000_000_000,
            ["updatedAt"] = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            ["nodeVersion"] = "22.x",
            ["directoryListing"] = false,
            ["link"] = null,
            ["latestDeployments"] = new JsonArray(),
            ["targets"] = Production is null ? [] : new JsonObject
            {
                ["production"] = new JsonObject
                {
                    ["id"] = Production,
                    ["alias"] = new JsonArray([.. ProductionAliases.Append(BranchAlias).Select(alias => (JsonNode)alias)]),
                    ["readyState"] = this[Production].State,
                    ["url"] = AddressOf(this[Production]),
                },
            },
        };
        if (withRollback)
        {
            shape["lastAliasRequest"] = Job is { } job && KeepsRecord ? new JsonObject
            {
                ["fromDeploymentId"] = job.From,
                ["toDeploymentId"] = job.To,
                ["jobStatus"] = job.Status,
                ["requestedAt"] = job.At.ToUnixTimeMilliseconds(),
                ["type"] = job.Type,
            } : null;
            shape["rollbackDescription"] = Description?.DeepClone();
        }

        return shape;
    }

    private JsonObject AliasesOf(FakeDeployment one) => new()
    {
        ["aliases"] = new JsonArray([.. NamesOf(one).Select(alias => (JsonNode)new JsonObject
        {
            ["uid"] = $"alias_{alias}",
            ["alias"] = alias,
            ["created"] = "2026-03-01T12:00:00.000Z",
        })]),
    };

    private IEnumerable<string> NamesOf(FakeDeployment one) => Aliases.Where(pair => pair.Value == one.Id).Select(pair => pair.Key);

    private static JsonObject Event(string text) => new()
    {
        ["type"] = "stdout",
        ["created"] = 1_770_000_000_000,
        ["text"] = text,
        ["payload"] = new JsonObject { ["text"] = text, ["date"] = 1_770_000_000_000 },
    };

    private static JsonObject Pages(long? next, int count) => new() { ["count"] = count, ["next"] = next, ["prev"] = null };

    private static JsonObject User() => new()
    {
        ["id"] = "usr_ann",
        ["uid"] = "usr_ann",
        ["email"] = "ann@shop.example",
        ["name"] = "Ann",
        ["username"] = "ann",
        ["avatar"] = null,
        ["version"] = "northstar",
        ["defaultTeamId"] = TeamId,
    };

    private static JsonObject Team(string role) => new()
    {
        ["id"] = TeamId,
        ["slug"] = TeamSlug,
        ["name"] = "Acme",
        ["creatorId"] = "usr_ann",
        ["avatar"] = null,
        ["createdAt"] = 1_700_000_000_000,
        ["membership"] = new JsonObject { ["role"] = role, ["confirmed"] = true, ["uid"] = "usr_ann", ["created"] = 1_700_000_000_000 },
    };
}
