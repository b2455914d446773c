using System.Globalization;
using Serverless.Relay.Authorization;

namespace Serverless.Relay.Tests.Authorization;

public sealed class AnswerAgesTests
{
    private readonly AnswerAges _ages = new();

    [Fact]
    public void An_answer_holds_until_something_happens_to_its_application()
    {
        var asked = _ages.Now;
        _ages.Overtake("another");
        var before = _ages.Holds(asked, "echo", "app");
        _ages.Overtake("app");

        Assert.Equal((true, false, true), (before, _ages.Holds(asked, "echo", "app"), _ages.Holds(_ages.Now, "echo", "app")));
    }

    [Fact]
    public void An_answer_that_knows_of_nobody_holds_until_all_are_overtaken()
    {
        var asked = _ages.Now;
        _ages.Overtake("app");
        var before = _ages.Holds(asked, "echo", null);
        _ages.OvertakeAll();

        Assert.Equal((true, false, true), (before, _ages.Holds(asked, "echo", null), _ages.Holds(_ages.Now, "echo", null)));
    }

    [Fact]
    public void Of_more_applications_than_are_remembered_none_is_forgotten()
    {
        var asked = _ages.Now;
        for (var i = 0; i <= AnswerAges.Most; i++)
        {
            _ages.Overtake(i.ToString(CultureInfo.InvariantCulture));
        }

        Assert.False(_ages.Holds(asked, "echo", "0"));
        Assert.True(_ages.Holds(_ages.Now, "echo", "0"));
    }

    [Fact]
    public void What_happens_to_a_product_overtakes_the_answers_about_it_whomever_they_name_and_no_others()
    {
        var asked = _ages.Now;
        _ages.OvertakeProduct("echo");

        Assert.False(_ages.Holds(asked, "echo", "app"));
        Assert.False(_ages.Holds(asked, "echo", null));
        Assert.True(_ages.Holds(asked, "other", "app"));
        Assert.True(_ages.Holds(_ages.Now, "echo", "app"));
    }
}
