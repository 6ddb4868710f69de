using RollbackOps.Rollbacks;

namespace RollbackOps.Tests.Fakes;

internal sealed class FakeLease(FakeStore store, LeaseHolder holder, LeaseHolder? takenOverFrom) : ILease
{
    public LeaseHolder Holder { get; private set; } = holder;

    public LeaseHolder? TakenOverFrom => takenOverFrom;

    public void Renew(string nextStep, TimeSpan deadline)
    {
        store.OnRenew?.Invoke(nextStep);
        if (store.Holder?.Token != Holder.Token)
        {
            throw new RollbackOpsException(ErrorId.LeaseLost, "The lease is another's.", "Look who has it.", Holder);
        }

        Holder = Holder with { Step = nextStep };
    }

    public void Dispose() => store.Release(Holder);
}
